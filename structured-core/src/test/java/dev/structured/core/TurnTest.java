package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.scenarios.OnAVirtualClock;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// When a task that never waits lets others run. The platform counts that.
class TurnTest {
    private static final int POINTS_A_LOOK = 256;
    private static final int TURN = 128 << 10; // a multiple of the unit in which turns are counted

    /// Its time goes on by `step` at each look of a task that never waits.
    private static final class Counting extends OnAVirtualClock {
        final long turn;
        long step;
        long passed;
        int yields;

        Counting(long turn) {
            super(new VirtualClock());
            this.turn = turn;
        }

        @Override
        public long nanoTime() {
            passed += step;
            return super.nanoTime() + passed;
        }

        @Override
        public boolean yieldAfter(long nanos) {
            return nanos >= turn && super.yieldAfter(nanos);
        }

        @Override
        public void yieldNow() {
            yields++;
            super.yieldNow();
        }
    }

    private static void run(Counting platform, Body<RuntimeException> body) {
        try (Scheduler scheduler = Scheduler.builder().platform(platform).build()) {
            scheduler.run("test", body);
        }
    }

    private static void pass(int looks) {
        for (int i = 0; i < looks * POINTS_A_LOOK; i++) Checkpoints.quickCheckpoint();
    }

    @Test
    void where_the_clock_may_stand_still_a_turn_is_some_hundred_checkpoints() {
        Counting platform = new Counting(0);
        run(platform, () -> {
            pass(10);
            assertEquals(10, platform.yields);
        });
    }

    @Test
    void turn_ends_when_its_time_has_passed_however_many_checkpoints_that_is() {
        Counting platform = new Counting(TURN);
        run(platform, () -> {
            pass(1_000);
            assertEquals(0, platform.yields, "no time has passed");
            platform.step = TURN / 4;
            pass(60);
            // A turn begins at a look, and is over four steps later. The next one begins at the look after.
            assertEquals(12, platform.yields);
            platform.step = 10 * TURN;
            pass(60);
            assertEquals(12 + 30, platform.yields);
        });
    }

    /// As after a long wait in code of others. Times of turns are counted in 32 bits.
    @Test
    void turn_of_three_quarters_of_an_hour_ends_too() {
        Counting platform = new Counting(TURN);
        run(platform, () -> {
            pass(1);
            platform.step = Duration.ofMinutes(45).toNanos();
            pass(1);
            assertEquals(1, platform.yields);
        });
    }

    @Test
    void wait_begins_a_turn_anew() {
        Counting platform = new Counting(TURN);
        platform.step = TURN / 4;
        run(platform, () -> {
            for (int i = 0; i < 100; i++) {
                pass(3);
                Checkpoints.sleep(Duration.ofNanos(1));
            }
            assertEquals(0, platform.yields);
        });
    }

    @Test
    void turn_of_the_machine_is_100_microseconds() {
        assertFalse(Platform.system().yieldAfter(99_999));
        assertTrue(Platform.system().yieldAfter(100_000));
    }
}
