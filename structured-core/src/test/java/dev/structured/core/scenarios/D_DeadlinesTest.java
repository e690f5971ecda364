package dev.structured.core.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelReason;
import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Deadline;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.Timeouts;
import dev.structured.core.TooSlowException;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class D_DeadlinesTest extends Scenarios {
    @StructuredTest
    void s52_move_on_ends_normally_and_fail_throws_and_what_is_in_time_does_neither(VirtualClock clock) {
        CancelScope scope = new CancelScope().withTimeout(seconds(1));
        scope.run(() -> sleep(100));
        assertFlags(scope, true, true);
        assertEquals(1, time(clock));
        assertTrue(Timeouts.moveOnAfter(seconds(1), () -> sleep(100)).isCancelled());
        assertEquals(2, time(clock));
        assertThrows(TooSlowException.class, () -> Timeouts.failAfter(seconds(1), () -> sleep(100)));
        assertEquals(3, time(clock));
        Timeouts.failAfter(seconds(100), () -> sleep(1));
        assertEquals(4, time(clock));
    }

    @StructuredTest
    void s53_deadline_that_no_checkpoint_sees_has_no_effect(VirtualClock clock) {
        Timeouts.failAfter(seconds(1), () -> clock.jump(seconds(2)));
        CancelScope scope = new CancelScope().withTimeout(seconds(1));
        scope.run(() -> clock.jump(seconds(2)));
        assertFlags(scope, false, false);
        Checkpoints.checkpoint();
        sleep(5);
        assertFlags(scope, false, false);
    }

    @StructuredTest
    void s54_deadline_that_is_moved_into_the_past_cancels_from_then_on() {
        CancelScope scope = new CancelScope().withDeadline(at(10));
        scope.run(() -> {
            sleep(5);
            scope.setDeadline(at(1));
            assertThrows(Cancelled.class, Checkpoints::checkpoint);
            assertThrows(Cancelled.class, Checkpoints::checkpoint);
        });
        assertFlags(scope, true, false);
    }

    @StructuredTest
    void s58_timeout_counts_from_the_entry_and_is_no_deadline_before() {
        CancelScope scope = new CancelScope("later").withTimeout(seconds(5));
        var refused = assertThrows(IllegalStateException.class, scope::deadline);
        assertTrue(refused.getMessage().contains("'later'"), refused.getMessage());
        sleep(3);
        scope.run(() -> {
            assertEquals(at(8), scope.deadline());
            scope.setDeadline(at(3.5));
            assertEquals(seconds(0.5), Checkpoints.remaining());
            scope.setTimeout(seconds(4));
            assertEquals(at(7), scope.deadline());
        });
    }

    @StructuredTest
    void s59_effective_deadline_is_the_earliest_that_is_visible() {
        CancelScope outer = new CancelScope("outer").withDeadline(at(5));
        CancelScope inner = new CancelScope("inner").withDeadline(at(10));
        assertEquals(Deadline.NEVER, Checkpoints.effectiveDeadline());
        outer.run(() -> inner.run(() -> {
            assertEquals(at(5), Checkpoints.effectiveDeadline());
            assertEquals(seconds(5), Checkpoints.remaining());
            inner.setDeadline(at(3));
            assertEquals(at(3), Checkpoints.effectiveDeadline());
            inner.setDeadline(at(10));
            inner.setShielded(true);
            assertEquals(at(10), Checkpoints.effectiveDeadline());
            inner.setShielded(false);
            outer.cancel();
            assertEquals(Deadline.PASSED, Checkpoints.effectiveDeadline());
            assertEquals(seconds(0), Checkpoints.remaining());
            inner.setShielded(true);
            assertEquals(at(10), Checkpoints.effectiveDeadline());
        }));
    }

    @StructuredTest
    void s60_shield_with_a_deadline_lives_until_then_and_is_too_slow_there(VirtualClock clock) {
        CancelScope outer = new CancelScope("outer");
        outer.run(() -> {
            outer.cancel();
            CancelScope shield = new CancelScope("shield").withTimeout(seconds(1)).withShield();
            assertTrue(shield.call(() -> {
                sleep(100);
                return 1;
            }).isCancelled());
            assertEquals(CancelReason.Source.DEADLINE, shield.reason().source());
            assertEquals(1, time(clock));
            new CancelScope().withShield().run(
                    () -> assertThrows(TooSlowException.class,
                            () -> Timeouts.failAfter(seconds(1), () -> sleep(100))));
            assertEquals(2, time(clock));
            Checkpoints.checkpoint();
            trail.add("not reached");
        });
        assertFlags(outer, true, true);
        assertEquals(List.of(), trail);
    }

    @StructuredTest
    void s61_explicit_cancel_is_not_too_slow(VirtualClock clock) {
        var thrown = assertThrows(ScopeCancelledException.class, () -> cancelledAfterASecond());
        assertEquals(CancelReason.Source.EXPLICIT, thrown.reason().source());
        assertEquals(1, time(clock));
    }

    /// The scope of a `failAfter` is not handed out; what cancels it from inside is its nursery, or one
    /// around.
    private static void cancelledAfterASecond() {
        CancelScope scope = new CancelScope("explicit").withTimeout(seconds(10));
        scope.call(() -> {
            sleep(1);
            scope.cancel();
            Checkpoints.sleepForever();
            return 1;
        }).orElseThrow();
    }

    @StructuredTest
    void s61_and_what_a_scope_around_cancels_is_not_too_slow_either() {
        CancelScope around = new CancelScope("around");
        around.run(() -> Timeouts.failAfter(seconds(10), () -> {
            around.cancel();
            Checkpoints.sleepForever();
        }));
        assertFlags(around, true, true);
    }

    /// On a platform that counts how often its alarm rings.
    @Test
    void s64_deadline_that_was_moved_2000_times_is_one_entry() {
        VirtualClock clock = new VirtualClock();
        var rings = new AtomicInteger();
        try (Scheduler scheduler = Scheduler.builder().platform(new CountingPlatform(clock, rings)).build()) {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope();
                scope.run(() -> {
                    for (int i = 1; i <= 2_000; i++) scope.setDeadline(at(i * 1e-9));
                    scope.setDeadline(at(5));
                    Checkpoints.sleepForever();
                });
                assertFlags(scope, true, true);
            });
        }
        assertEquals(5, time(clock));
        assertTrue(rings.get() <= 2, "rings: " + rings);
    }

    private static final class CountingPlatform extends OnAVirtualClock {
        private final AtomicInteger rings;

        CountingPlatform(VirtualClock clock, AtomicInteger rings) {
            super(clock);
            this.rings = rings;
        }

        @Override
        public Alarm alarm(Runnable ring) {
            return super.alarm(() -> {
                rings.incrementAndGet();
                ring.run();
            });
        }
    }
}
