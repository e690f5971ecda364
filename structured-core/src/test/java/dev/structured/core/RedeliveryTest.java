package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedeliveryTest {
    private static final long MILLI = 1_000_000;
    private static final CancelReason REASON = new CancelReason(CancelReason.Source.EXPLICIT, "scope", "test",
            null);

    private final VirtualClock clock = VirtualClock.manual();
    private final Deadlines deadlines = new Deadlines(clock);
    private final List<StuckTime> tasks = new ArrayList<>();
    private final List<String> interrupts = new ArrayList<>();
    private final Redelivery redelivery = new Redelivery(clock, deadlines) {
        @Override
        void remind() {
            for (StuckTime task : tasks) {
                if (task.isDue()) {
                    interrupts.add(tasks.indexOf(task) + " at " + clock.nanoTime() / MILLI);
                    task.reminded();
                }
                arm(task.due());
            }
        }

        @Override
        void deliver() {}
    };

    private void begin() {
        StuckTime task = StuckTime.after(null, REASON, clock);
        tasks.add(task);
        redelivery.arm(task.due());
    }

    private void pass(long millis) {
        long end = clock.nanoTime() + millis * MILLI;
        for (Duration next = deadlines.untilFirst(); next != null; next = deadlines.untilFirst()) {
            if (clock.nanoTime() + next.toNanos() > end) break;
            assertFalse(next.isZero(), "rings without end");
            clock.jump(next);
        }
        clock.jump(Duration.ofNanos(end - clock.nanoTime()));
    }

    /// However long another task of the scope has ignored its interrupts.
    @Test
    void task_that_is_late_is_interrupted_again_as_soon_as_one_that_is_not() {
        begin();
        pass(2);
        assertEquals(List.of("0 at 2"), interrupts);
        pass(30_000);
        interrupts.clear();
        begin();
        pass(2);
        assertTrue(interrupts.contains("1 at " + clock.nanoTime() / MILLI), interrupts::toString);
    }

    @Test
    void pauses_grow_up_to_five_seconds_and_a_late_task_does_not_shorten_those_of_others() {
        begin();
        pass(60_000);
        assertTrue(interrupts.size() < 30, interrupts::toString);
        int before = interrupts.size();
        begin();
        pass(1_000);
        long more = interrupts.stream().skip(before).filter(each -> each.startsWith("0 ")).count();
        assertTrue(more <= 1, interrupts::toString);
    }

    @Test
    void tasks_that_are_due_at_about_the_same_time_are_interrupted_in_one_round() {
        for (int i = 0; i < 1_000; i++) begin();
        pass(60_000);
        long rounds = interrupts.stream().map(each -> each.substring(each.indexOf(' '))).distinct().count();
        assertTrue(rounds < 30, () -> rounds + " rounds");
        redelivery.close();
        interrupts.clear();
        pass(10_000);
        assertFalse(interrupts.stream().findAny().isPresent());
    }
}
