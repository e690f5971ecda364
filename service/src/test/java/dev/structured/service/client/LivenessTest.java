package dev.structured.service.client;

import static dev.structured.service.client.Liveness.MOST_BETWEEN;
import static dev.structured.service.client.Liveness.PATIENCE;
import static dev.structured.service.client.Liveness.SILENCE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.client.Liveness.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// When a connection counts as dead: exact times, from a beginning near the end of what a `long` holds.
final class LivenessTest {
    private final Liveness liveness = new Liveness();
    private long now = Long.MAX_VALUE - 1_000;

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private void write() {
        liveness.write(now);
        liveness.written();
    }

    private void expect(Verdict verdict) {
        assertEquals(verdict, liveness.look(now));
    }

    @Test
    void connection_on_which_nothing_was_written_owes_nothing() {
        pass(Duration.ofHours(1));
        expect(Verdict.WELL);
        write();
        liveness.read();
        pass(Duration.ofHours(1));
        expect(Verdict.WELL);
    }

    @Test
    void silence_is_followed_by_one_PING_and_then_by_the_end() {
        write();
        pass(SILENCE);
        expect(Verdict.WELL);
        pass(Duration.ofNanos(1));
        expect(Verdict.ASK);
        write(); // the PING
        expect(Verdict.WELL);
        for (int i = 0; i < PATIENCE.toSeconds(); i++) {
            pass(Duration.ofSeconds(1));
            expect(Verdict.WELL);
        }
        pass(Duration.ofNanos(1));
        expect(Verdict.DEAD);
    }

    /// Its answer may lie in the socket, unread.
    @Test
    void PING_after_which_the_machine_stood_still_is_awaited_again() {
        write();
        expect(Verdict.WELL);
        pass(SILENCE.plusNanos(1));
        expect(Verdict.ASK);
        for (int i = 1; i < PATIENCE.toSeconds(); i++) {
            pass(Duration.ofSeconds(1));
            expect(Verdict.WELL);
        }
        pass(Duration.ofHours(1));
        expect(Verdict.WELL);
        pass(Duration.ofSeconds(1));
        expect(Verdict.DEAD);
    }

    @Test
    void looks_that_always_come_late_find_a_dead_connection_too() {
        write();
        int looks = 0;
        while (liveness.look(now) != Verdict.DEAD) {
            pass(MOST_BETWEEN.plusNanos(1));
            looks++;
        }
        assertEquals(6, looks); // every other one judges: a PING at the third, the end at the seventh
    }

    @Test
    void calls_that_go_on_do_not_put_off_the_end_of_a_dead_connection() {
        int looks = 0;
        while (liveness.look(now) != Verdict.DEAD) {
            for (int i = 0; i < 10; i++) {
                write();
                pass(Duration.ofMillis(100));
            }
            looks++;
        }
        assertEquals(8, looks); // a look a second: a PING at the second, the end after five more and one
    }

    @Test
    void slow_connection_that_has_always_something_to_answer_is_not_dead() {
        write();
        for (int i = 0; i < 100; i++) {
            pass(SILENCE);
            pass(Duration.ofNanos(1));
            expect(Verdict.ASK);
            pass(Duration.ofMillis(100));
            liveness.read();
            write();
        }
    }

    @Test
    void answer_at_the_last_moment_saves_it() {
        write();
        pass(SILENCE.plusNanos(1));
        expect(Verdict.ASK);
        for (int i = 0; i < PATIENCE.toSeconds(); i++) {
            pass(Duration.ofSeconds(1));
            expect(Verdict.WELL);
        }
        pass(Duration.ofNanos(1));
        liveness.read();
        expect(Verdict.WELL);
        pass(Duration.ofHours(1));
        expect(Verdict.WELL);
    }

    /// Something may come all the time, such as a PING now and then.
    @Test
    void write_that_does_not_end_is_the_end_whatever_is_read() {
        liveness.write(now);
        expect(Verdict.WELL);
        for (int i = 0; i < PATIENCE.toSeconds(); i++) {
            pass(Duration.ofSeconds(1));
            liveness.read();
            expect(Verdict.WELL);
        }
        pass(Duration.ofNanos(1));
        expect(Verdict.STUCK);
    }

    /// Nobody could write meanwhile.
    @Test
    void write_during_which_the_machine_stood_still_is_not_stuck() {
        write();
        liveness.read();
        expect(Verdict.WELL);
        liveness.write(now);
        pass(Duration.ofMinutes(1));
        expect(Verdict.WELL);
        pass(Duration.ofSeconds(1));
        expect(Verdict.ASK);
        pass(Duration.ofMinutes(1));
        expect(Verdict.WELL);
        liveness.written();
        liveness.read();
        pass(Duration.ofHours(1));
        expect(Verdict.WELL);
    }

    @Test
    void other_writes_are_judged_anew() {
        for (int i = 0; i < 10; i++) {
            liveness.write(now);
            expect(Verdict.WELL);
            for (int k = 0; k < PATIENCE.toSeconds(); k++) {
                pass(Duration.ofSeconds(1));
                liveness.read();
                expect(Verdict.WELL);
            }
            liveness.written();
            pass(Duration.ofSeconds(1));
        }
    }

    @Test
    void write_that_ends_late_is_forgiven() {
        liveness.write(now);
        pass(PATIENCE);
        liveness.read();
        liveness.written();
        pass(Duration.ofHours(1));
        expect(Verdict.WELL);
    }
}
