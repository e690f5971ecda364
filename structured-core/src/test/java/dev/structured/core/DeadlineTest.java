package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DeadlineTest extends KernelTest {
    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    @Test
    void passes_when_the_clock_reaches_it() {
        scheduler.run("main", () -> {
            Deadline deadline = scheduler.deadlineAfter(seconds(2));
            assertFalse(deadline.hasPassed());
            assertEquals(seconds(2), deadline.remaining());
            sleep(1.5);
            assertEquals(seconds(0.5), deadline.remaining());
            sleep(0.5);
            assertTrue(deadline.hasPassed());
            assertEquals(Duration.ZERO, deadline.remaining());
            sleep(1);
            assertEquals(Duration.ZERO, deadline.remaining());
        });
    }

    @Test
    void never_does_not_pass_and_passed_always_has() {
        assertTrue(Deadline.NEVER.isNever());
        assertFalse(Deadline.NEVER.hasPassed());
        assertEquals(Duration.ofNanos(Long.MAX_VALUE), Deadline.NEVER.remaining());
        assertFalse(Deadline.PASSED.isNever());
        assertTrue(Deadline.PASSED.hasPassed());
        assertEquals(Duration.ZERO, Deadline.PASSED.remaining());
    }

    @Test
    void is_ordered_by_time() {
        assertEquals(List.of(Deadline.PASSED, at(0), at(1), at(2), Deadline.NEVER),
                Stream.of(at(2), Deadline.NEVER, at(0), Deadline.PASSED, at(1)).sorted().toList());
        assertTrue(at(1).isBefore(at(2)));
        assertFalse(at(1).isBefore(at(1)));
        assertTrue(Deadline.NEVER.isAfter(at(1)));
        assertFalse(at(1).isAfter(at(1)));
    }

    @Test
    void equal_deadlines_are_at_the_same_time_of_the_same_clock() {
        assertEquals(at(1), at(1));
        assertEquals(at(1).hashCode(), at(1).hashCode());
        assertNotEquals(at(1), at(2));
        assertNotEquals(at(1), Deadline.at(new VirtualClock(), seconds(1).toNanos()));
        assertNotEquals(Deadline.NEVER, Deadline.PASSED);
    }

    @Test
    void moves_by_a_duration_and_not_beyond_all_time() {
        assertEquals(at(3), at(1).plus(seconds(2)));
        assertEquals(at(1), at(3).minus(seconds(2)));
        assertEquals(at(1), at(3).plus(seconds(-2)));
        assertEquals(at(5), at(3).minus(seconds(-2)));
        assertSame(Deadline.NEVER, at(1).plus(FOREVER));
        assertSame(Deadline.PASSED, at(1).minus(FOREVER));
        assertSame(Deadline.PASSED, at(1).plus(Duration.ofSeconds(Long.MIN_VALUE)));
        assertSame(Deadline.NEVER, at(1).minus(Duration.ofSeconds(Long.MIN_VALUE)));
        assertSame(Deadline.NEVER, Deadline.NEVER.minus(seconds(2)));
        assertSame(Deadline.PASSED, Deadline.PASSED.plus(seconds(2)));
        assertSame(Deadline.NEVER, scheduler.deadlineAfter(FOREVER));
        assertThrows(IllegalArgumentException.class, () -> scheduler.deadlineAfter(seconds(-1)));
    }

    @Test
    void moves_back_from_before_the_start_of_the_clock() {
        Deadline early = at(1).minus(seconds(3));
        assertEquals(at(2), early.plus(seconds(4)));
        assertEquals(at(2), at(1).plus(seconds(-3)).minus(seconds(-4)));
        assertTrue(early.isBefore(at(2).minus(seconds(3))));
        assertTrue(Deadline.PASSED.isBefore(early));
        assertTrue(early.hasPassed());
        assertEquals(Duration.ZERO, early.remaining());
        assertSame(Deadline.PASSED, early.minus(Duration.ofNanos(Long.MAX_VALUE - 1)));
        Deadline earliest = at(0).minus(Duration.ofNanos(Long.MAX_VALUE - 1));
        assertSame(Deadline.PASSED, earliest.minus(seconds(1)));
        assertEquals("Deadline[-2000.0 ms on the scheduler's clock]", early.toString());
        scheduler.run("main", () -> {
            sleep(5);
            assertEquals(Duration.ZERO, earliest.remaining());
            assertTrue(Timeouts.moveOnAt(earliest, Checkpoints::checkpoint).isCancelled());
            Nursery.run(nursery -> nursery.startAt(early, "soon", () -> sleep(1)));
            assertEquals(6, time());
            assertFalse(Timeouts.moveOnAt(early.plus(seconds(10)), () -> sleep(1)).isCancelled());
        });
    }

    @Test
    void says_what_it_is() {
        assertEquals("Deadline[1500.0 ms on the scheduler's clock] Deadline[never] Deadline[passed]",
                at(1.5) + " " + Deadline.NEVER + " " + Deadline.PASSED);
    }

    @Test
    void deadline_of_another_clock_is_refused_wherever_it_is_used() {
        Deadline foreign = Deadline.at(new VirtualClock(), seconds(1).toNanos());
        assertThrows(IllegalArgumentException.class, () -> foreign.compareTo(at(1)));
        scheduler.run("main", () -> {
            assertThrows(IllegalArgumentException.class, () -> Timeouts.moveOnAt(foreign, () -> {}));
            assertThrows(IllegalArgumentException.class, () -> Timeouts.failAt(foreign, () -> 1));
            CancelScope entered = new CancelScope();
            entered.run(
                    () -> assertThrows(IllegalArgumentException.class, () -> entered.setDeadline(foreign)));
            assertSame(Deadline.NEVER, entered.deadline());
            Nursery.run(nursery -> assertThrows(IllegalArgumentException.class,
                    () -> nursery.startAt(foreign, "late", () -> {})));
        });
    }

    @Test
    void scope_that_was_not_entered_goes_by_the_clock_of_its_deadline() {
        VirtualClock early = new VirtualClock();
        CancelScope scope = new CancelScope().withDeadline(Deadline.at(early, seconds(1).toNanos()));
        scheduler.run("main", () -> {
            sleep(2);
            assertFalse(scope.isCancelled());
            early.jump(seconds(1));
            assertTrue(scope.isCancelled());
        });
        CancelScope past = new CancelScope().withDeadline(Deadline.PASSED);
        assertTrue(past.isCancelled());
        assertFalse(new CancelScope().withTimeout(Duration.ZERO).isCancelled());
        assertTrue(
                new CancelScope().withDeadline(Deadline.PASSED).withDeadline(Deadline.NEVER).isCancelled());
        assertTrue(new CancelScope().withDeadline(Deadline.PASSED).withTimeout(seconds(1)).isCancelled());
    }

    @Test
    void two_that_are_the_same_on_every_clock_are_taken_everywhere() {
        scheduler.run("main", () -> {
            assertTrue(Timeouts.moveOnAt(Deadline.PASSED, Checkpoints::checkpoint).isCancelled());
            assertFalse(Timeouts.moveOnAt(Deadline.NEVER, () -> sleep(5)).isCancelled());
            Nursery.run(nursery -> nursery.startAt(Deadline.PASSED, "soon", () -> sleep(1)));
            assertEquals(6, time());
            Nursery.run(
                    nursery -> assertTrue(nursery.startAt(Deadline.NEVER, "never", () -> {}).tryTakeBack()));
        });
    }

    @Test
    void options_of_a_scope_are_set_before_its_entry() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope("search");
            scope.run(() -> {
                var refused = assertThrows(IllegalStateException.class, () -> scope.withTimeout(seconds(1)));
                assertEquals("Scope 'search' has been entered; its options are set before that."
                        + " Call setTimeout instead.", refused.getMessage());
                assertThrows(IllegalStateException.class, () -> scope.withDeadline(at(1)));
                assertThrows(IllegalStateException.class, scope::withShield);
                assertSame(Deadline.NEVER, scope.deadline());
                assertFalse(scope.isShielded());
            });
        });
    }
}
