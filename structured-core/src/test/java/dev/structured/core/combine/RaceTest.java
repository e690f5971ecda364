package dev.structured.core.combine;

import static dev.structured.core.combine.Times.after;
import static dev.structured.core.combine.Times.failAfter;
import static dev.structured.core.combine.Times.millis;
import static dev.structured.core.combine.Times.sleep;
import static dev.structured.core.combine.Times.stubborn;
import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Instrument;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.Task;
import dev.structured.core.ValueBody;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RaceTest {
    private final List<Object> discarded = new CopyOnWriteArrayList<>();
    private final List<String> told = new CopyOnWriteArrayList<>();

    private static List<ValueBody<String, Exception>> bodies(List<ValueBody<String, Exception>> bodies) {
        return bodies;
    }

    @StructuredTest
    void first_value_wins_and_the_rest_is_stopped(VirtualClock clock) {
        assertEquals("fast", Combine.race(() -> after(30, "slow"), () -> after(10, "fast"), Times::never));
        assertEquals(millis(10), clock.now());
    }

    @StructuredTest
    void winner_may_be_null() {
        assertNull(Combine.<Object>race(() -> null, Times::never));
    }

    @StructuredTest
    void failures_before_the_first_value_do_not_matter(VirtualClock clock) {
        assertEquals("late",
                Combine.race(() -> after(30, "late"), () -> failAfter(10, new IOException("refused"))));
        assertEquals(millis(30), clock.now());
    }

    @StructuredTest
    void if_all_fail_all_failures_are_told_in_their_order() {
        IOException first = new IOException("refused");
        IOException second = new FileNotFoundException("gone");
        AllFailedException e = assertThrows(AllFailedException.class,
                () -> Combine.race(() -> failAfter(20, second), () -> failAfter(10, first)));
        assertEquals(List.of(first, second), e.failures());
        assertSame(first, e.getCause());
        assertEquals(List.of(second), List.of(e.getSuppressed()));
        assertEquals("Of 2 attempts in 'race' none succeeded, first java.io.IOException: refused",
                e.getMessage());
        assertSame(second, assertThrows(FileNotFoundException.class, () -> {
            throw e.rethrow(FileNotFoundException.class);
        }));
        assertSame(e, assertThrows(AllFailedException.class, () -> {
            throw e.rethrow(InterruptedException.class);
        }));
    }

    @StructuredTest
    void same_exception_of_all_is_told_once() {
        IOException error = new IOException("refused");
        AllFailedException e = assertThrows(AllFailedException.class,
                () -> Combine.race(() -> failAfter(1, error), () -> failAfter(2, error)));
        assertEquals(List.of(error, error), e.failures());
        assertEquals(0, e.getSuppressed().length);
    }

    @StructuredTest
    void race_of_nobody_is_refused() {
        assertEquals("A race needs at least one body",
                assertThrows(IllegalArgumentException.class, () -> Combine.race()).getMessage());
    }

    @StructuredTest
    void is_a_checkpoint() {
        assertEquals(1, assertCheckpoint(() -> Combine.race(() -> 1)));
    }

    @StructuredTest
    void loser_is_awaited_and_its_value_discarded(VirtualClock clock) {
        String winner = Combine.race(bodies(List.of(() -> stubborn(50, "loser"), () -> after(10, "winner"))),
                discarded::add);
        assertEquals("winner", winner);
        assertEquals(List.of("loser"), discarded);
        assertEquals(millis(50), clock.now());
    }

    @StructuredTest
    void discarding_may_wait_although_the_loser_is_cancelled(VirtualClock clock) {
        Combine.race(bodies(List.of(() -> stubborn(50, "loser"), () -> after(10, "winner"))), value -> {
            sleep(100);
            discarded.add(value);
        });
        assertEquals(List.of("loser"), discarded);
        assertEquals(millis(150), clock.now());
    }

    @StructuredTest
    void winner_is_returned_although_the_caller_is_cancelled_while_losers_end() {
        CancelScope scope = new CancelScope().withTimeout(millis(20));
        List<String> won = new ArrayList<>();
        scope.run(() -> {
            won.add(Combine.race(bodies(List.of(() -> stubborn(50, "loser"), () -> after(10, "winner"))),
                    discarded::add));
            Checkpoints.checkCancelled();
            won.add("not reached");
        });
        assertTrue(scope.absorbedCancellation());
        assertEquals(List.of("winner"), won);
        assertEquals(List.of("loser"), discarded);
    }

    @StructuredTest
    void once_somebody_has_won_nobody_begins() {
        List<String> begun = new CopyOnWriteArrayList<>();
        ValueBody<String, Exception> quick = () -> "quick";
        ValueBody<String, Exception> other = () -> {
            begun.add(Task.current().name());
            return Times.never();
        };
        for (int i = 0; i < 100; i++)
            assertEquals("quick", Combine.race(List.of(quick, other, other, other)));
        assertTrue(begun.size() < 300, "all began, always");
    }

    @StructuredTest
    void error_that_nobody_handles_comes_out_and_the_winner_is_discarded() {
        AssertionError error = new AssertionError("wrong");
        assertSame(error, assertThrows(AssertionError.class, () -> Combine.race(bodies(List.of(() -> {
            stubborn(50, "");
            throw error;
        }, () -> after(10, "winner"))), discarded::add)));
        assertEquals(List.of("winner"), discarded);
    }

    @StructuredTest
    void what_discarding_the_winner_throws_is_suppressed_in_what_comes_out() {
        AssertionError error = new AssertionError("wrong");
        assertThrows(AssertionError.class, () -> Combine.race(bodies(List.of(() -> {
            stubborn(50, "");
            throw error;
        }, () -> after(10, "winner"))), _ -> {
            throw new IOException("cannot close");
        }));
        assertEquals(List.of("'race 1' of nursery 'race'", "cannot close"),
                Stream.of(error.getSuppressed()).map(Throwable::getMessage).toList());
    }

    @StructuredTest
    void failures_are_kept_beside_an_error() {
        IOException refused = new IOException("refused");
        AssertionError error = new AssertionError("wrong");
        assertSame(error, assertThrows(AssertionError.class, () -> Combine.race(bodies(List.of(() -> {
            throw refused;
        }, () -> {
            sleep(10);
            throw error;
        }, Times::never)))));
        assertEquals(List.of("'race 2' of nursery 'race'", "refused"),
                Stream.of(error.getSuppressed()).map(Throwable::getMessage).toList());
    }

    /// Whoever was stopped has neither won nor failed, and the caller is not cancelled any more.
    @StructuredTest
    void cancellation_that_a_shield_hides_in_the_middle_is_told() {
        CancelScope inner = new CancelScope("inner");
        List<String> seen = new CopyOnWriteArrayList<>();
        new CancelScope("outer").withTimeout(millis(10)).run(() -> inner.run(() -> {
            assertThrows(ScopeCancelledException.class, () -> Combine.race(() -> raisingShield(inner)));
            seen.add("race");
        }));
        assertEquals(List.of("race"), seen);
    }

    @StructuredTest
    void map_that_was_cut_short_does_not_pass_for_all() {
        CancelScope inner = new CancelScope("inner");
        List<String> seen = new CopyOnWriteArrayList<>();
        new CancelScope("outer").withTimeout(millis(10)).run(() -> inner.run(() -> {
            assertThrows(ScopeCancelledException.class,
                    () -> Combine.map(List.of(1), 1, _ -> raisingShield(inner)));
            seen.add("map");
        }));
        assertEquals(List.of("map"), seen);
    }

    private static String raisingShield(CancelScope scope) {
        try {
            return Times.never();
        } finally {
            scope.setShielded(true);
        }
    }

    /* --- What goes wrong with losers --- */

    private final Scheduler watched = Scheduler.builder().platform(new VirtualClock())
            .instrument(new Instrument() {
                @Override
                public void errorDropped(Task<?> task, Throwable error) {
                    told.add(task.path() + ": " + error.getMessage());
                }
            }).build();

    @Test
    void what_a_loser_throws_while_it_is_stopped_is_told_and_costs_nobody_anything() {
        assertEquals("winner", watched.call("main", () -> Combine.race(() -> after(10, "winner"), () -> {
            try {
                return Times.<String>never();
            } finally {
                throwing("cannot clean up");
            }
        })));
        assertEquals(List.of("main/race 2: cannot clean up"), told);
    }

    @Test
    void what_discarding_a_loser_throws_is_told_and_costs_nobody_anything() {
        assertEquals("winner", watched.call("main",
                () -> Combine.race(bodies(List.of(() -> after(10, "winner"), () -> stubborn(50, "loser"))),
                        _ -> throwing("cannot close"))));
        assertEquals(List.of("main/race 2: cannot close"), told);
    }

    /// The discard is in a shield, so no cancellation has interrupted it.
    @Test
    void interrupt_like_exception_of_a_discard_is_told() {
        assertEquals("winner", watched.call("main",
                () -> Combine.race(bodies(List.of(() -> after(10, "winner"), () -> stubborn(50, "loser"))),
                        _ -> {
                            throw new InterruptedException("of another thread");
                        })));
        assertEquals(List.of("main/race 2: of another thread"), told);
    }

    @Test
    void what_a_body_throws_after_the_caller_was_cancelled_is_told() {
        watched.run("main", () -> {
            CancelScope scope = new CancelScope().withTimeout(millis(10));
            scope.run(() -> Combine.race(() -> Times.<String>stubborn(20, ""), () -> {
                try {
                    return Times.<String>never();
                } finally {
                    throwing("cannot clean up");
                }
            }));
            assertTrue(scope.absorbedCancellation());
            Checkpoints.checkpoint();
        });
        assertEquals(List.of("main/race 2: cannot clean up"), told);
    }

    private static void throwing(String message) throws IOException {
        throw new IOException(message);
    }
}
