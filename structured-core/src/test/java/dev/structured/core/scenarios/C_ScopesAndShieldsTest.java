package dev.structured.core.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelReason;
import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Cleanup;
import dev.structured.core.Nursery;
import dev.structured.core.ParkingLot;
import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class C_ScopesAndShieldsTest extends Scenarios {
    @StructuredTest
    void s30_cancelled_twice_throws_once() {
        CancelScope scope = new CancelScope();
        scope.run(() -> {
            scope.cancel("first");
            scope.cancel("second");
            Checkpoints.checkpoint();
            trail.add("not reached");
        });
        assertFlags(scope, true, true);
        assertEquals("first", scope.reason().text());
        Checkpoints.checkpoint();
        assertEquals(List.of(), trail);
    }

    @StructuredTest
    void s31_every_wait_throws_however_often_it_is_caught() {
        CancelScope scope = new CancelScope();
        scope.run(() -> {
            scope.cancel();
            for (int i = 0; i < 3; i++) {
                assertThrows(Cancelled.class, Checkpoints::sleepForever);
                assertThrows(Cancelled.class, Checkpoints::checkpoint);
                assertThrows(Cancelled.class, () -> sleep(0));
            }
        });
        assertFlags(scope, true, false);
    }

    @StructuredTest
    void s32_outermost_cancelled_scope_absorbs() {
        CancelScope first = new CancelScope("1");
        CancelScope second = new CancelScope("2");
        CancelScope third = new CancelScope("3");
        first.run(() -> {
            second.run(() -> {
                third.run(() -> {
                    third.cancel();
                    second.cancel();
                    Checkpoints.sleepForever();
                });
                trail.add("between 3 and 2");
            });
            trail.add("between 2 and 1");
        });
        assertEquals(List.of("between 2 and 1"), trail);
        assertFlags(third, true, false);
        assertFlags(second, true, true);
        assertFlags(first, false, false);
    }

    @StructuredTest
    void s33_cancellation_that_no_cancel_point_sees_has_no_effect() {
        CancelScope scope = new CancelScope();
        scope.run(() -> {
            scope.cancel();
            Checkpoints.yieldNow();
        });
        assertFlags(scope, true, false);
        Checkpoints.checkpoint();
    }

    @StructuredTest
    void s35_shield_protects_from_outside_only() {
        CancelScope shield = new CancelScope("shield").withShield();
        CancelScope inner = new CancelScope("inner");
        shield.run(() -> inner.run(() -> {
            inner.cancel();
            Checkpoints.sleepForever();
        }));
        assertFlags(inner, true, true);
        assertFlags(shield, false, false);
        CancelScope itself = new CancelScope("itself").withShield();
        itself.run(() -> {
            itself.cancel();
            Checkpoints.sleepForever();
        });
        assertFlags(itself, true, true);
    }

    @StructuredTest
    void s36_lowered_shield_lets_the_cancellation_in_at_once(VirtualClock clock) {
        CancelScope outer = new CancelScope("outer");
        ParkingLot stopped = new ParkingLot();
        outer.run(() -> {
            outer.cancel();
            Nursery.run(nursery -> {
                nursery.scope().setShielded(true);
                nursery.startSoon("sleeper", () -> {
                    try {
                        Checkpoints.sleepForever();
                    } finally {
                        trail.add("sleeper stopped at " + time(clock));
                        stopped.unparkAll();
                    }
                });
                sleep(1);
                CancelScope body = new CancelScope("body").withShield();
                body.run(() -> {
                    nursery.scope().setShielded(false);
                    stopped.parkIf(trail::isEmpty);
                    trail.add("body goes on");
                });
            });
        });
        assertFlags(outer, true, true);
        assertEquals(List.of("sleeper stopped at 1.0", "body goes on"), trail);
    }

    @StructuredTest
    void s38_cleanup_that_waits_is_cut_short_at_once_without_a_shield() {
        CancelScope scope = new CancelScope().withTimeout(seconds(1));
        scope.run(() -> {
            try {
                Checkpoints.sleepForever();
            } finally {
                try {
                    sleep(2);
                    trail.add("cleaned up");
                } finally {
                    trail.add("left");
                }
            }
        });
        assertFlags(scope, true, true);
        assertEquals(List.of("left"), trail);
    }

    @StructuredTest
    void s38_cleanup_in_a_shield_has_its_own_limit(VirtualClock clock) {
        assertEquals(3, cleanup(clock, 2));
        assertEquals(4, cleanup(clock, 20));
    }

    /// Returns how long a second of work and a cleanup that needs `needs` seconds and has 3 take.
    private static double cleanup(VirtualClock clock, double needs) {
        double start = time(clock);
        CancelScope scope = new CancelScope().withTimeout(seconds(1));
        scope.run(() -> {
            try {
                Checkpoints.sleepForever();
            } finally {
                Cleanup.run(seconds(3), () -> sleep(needs));
            }
        });
        assertFlags(scope, true, true);
        return time(clock) - start;
    }

    @StructuredTest
    void s39_error_of_a_finally_escapes_and_leads_to_the_cancellation() {
        CancelScope scope = new CancelScope().withTimeout(seconds(1));
        var escaped = assertThrows(IllegalArgumentException.class, () -> scope.run(() -> {
            try {
                Checkpoints.sleepForever();
            } finally {
                raise("V");
            }
        }));
        assertInstanceOf(Cancelled.class, escaped.getSuppressed()[0]);
        assertFlags(scope, true, false);
    }

    @StructuredTest
    void s41_scope_that_was_cancelled_early_absorbs_and_nothing_is_too_slow() {
        CancelScope scope = new CancelScope();
        scope.cancel();
        scope.run(() -> Timeouts.failAfter(seconds(1), () -> {
            trail.add("entered");
            Checkpoints.sleepForever();
        }));
        assertFlags(scope, true, true);
        CancelScope inside = new CancelScope();
        inside.run(() -> Timeouts.failAfter(seconds(1), () -> {
            inside.cancel();
            Checkpoints.sleepForever();
        }));
        assertFlags(inside, true, true);
        assertEquals(CancelReason.Source.EXPLICIT, inside.reason().source());
        assertEquals(List.of("entered"), trail);
    }

    @StructuredTest
    void s42_scope_is_used_once_and_by_one_task() {
        CancelScope scope = new CancelScope("once");
        scope.run(() -> {
            assertThrows(IllegalStateException.class, () -> scope.run(() -> trail.add("within itself")));
            Nursery.run(nursery -> nursery.startSoon("other",
                    () -> assertThrows(IllegalStateException.class,
                            () -> scope.run(() -> trail.add("by another")))));
            Checkpoints.checkpoint();
            scope.cancel();
            Checkpoints.checkpoint();
        });
        assertFlags(scope, true, true);
        var refused = assertThrows(IllegalStateException.class, () -> scope.run(() -> trail.add("again")));
        assertTrue(refused.getMessage().contains("'once'"), refused.getMessage());
        assertEquals(List.of(), trail);
    }

    @StructuredTest
    void s43_cancelling_a_scope_that_was_left_affects_nobody() {
        CancelScope scope = new CancelScope();
        scope.run(() -> {});
        scope.cancel();
        assertFlags(scope, true, false);
        Checkpoints.checkpoint();
    }

    @StructuredTest
    void s44_deadline_that_passed_before_entry_stays_a_cancellation() {
        CancelScope scope = new CancelScope().withDeadline(at(1));
        assertFlags(scope, false, false);
        scope.setDeadline(at(-1));
        assertFlags(scope, true, false);
        scope.setDeadline(at(10));
        assertFlags(scope, true, false);
        scope.run(Checkpoints::checkpoint);
        assertFlags(scope, true, true);
    }

    @StructuredTest
    void s47_error_before_any_checkpoint_escapes() {
        CancelScope scope = new CancelScope();
        var escaped = assertThrows(IllegalArgumentException.class, () -> scope.run(() -> {
            scope.cancel();
            raise("V");
        }));
        assertEquals(0, escaped.getSuppressed().length);
        assertFlags(scope, true, false);
    }

    @Test
    void s48_cancelled_thrown_behind_its_scope_is_an_error_that_names_the_scope() {
        try (Scheduler scheduler = Scheduler.builder().platform(new VirtualClock()).build()) {
            var stray = new AtomicReference<Cancelled>();
            IllegalStateException escaped = assertThrows(IllegalStateException.class,
                    () -> scheduler.run("main", () -> {
                        CancelScope scope = new CancelScope("origin");
                        scope.run(() -> {
                            scope.cancel();
                            stray.set(assertThrows(Cancelled.class, Checkpoints::checkpoint));
                        });
                        throw stray.get();
                    }));
            assertTrue(escaped.getMessage().contains("'origin'"), escaped.getMessage());
            assertSame(stray.get(), escaped.getCause());
        }
    }

    /// There are no abort functions; what refuses to be aborted is a wait in a shield.
    @StructuredTest
    void s49_wait_in_a_shield_is_not_woken_and_the_next_check_throws(VirtualClock clock) {
        ParkingLot lot = new ParkingLot();
        CancelScope scope = new CancelScope();
        Nursery.run(nursery -> {
            nursery.startSoon("waiter", () -> scope.run(() -> {
                int value = new CancelScope().withShield().call(() -> {
                    lot.park();
                    return 1;
                }).orElseThrow();
                trail.add("got " + value);
                Checkpoints.checkCancelled();
                trail.add("not reached");
            }));
            clock.settle();
            scope.cancel();
            clock.settle();
            assertEquals(1, lot.statistics().waiting());
            assertEquals(1, lot.unpark(1));
        });
        assertFlags(scope, true, true);
        assertEquals(List.of("got 1"), trail);
    }

    /// The other wait that refuses: a nursery's for its children.
    @StructuredTest
    void s49_end_of_a_nursery_is_not_woken_either(VirtualClock clock) {
        CancelScope scope = new CancelScope().withTimeout(seconds(1));
        scope.run(() -> {
            Nursery.run(nursery -> nursery.startSoon("child", () -> Cleanup.run(seconds(9), () -> sleep(5))));
            trail.add("nursery ended at " + time(clock));
        });
        // It ended by its last child; the cancellation came out behind it.
        assertTrue(scope.isCancelled());
        assertEquals(5, time(clock));
    }

    @Test
    void s51_five_thousand_scopes_deep() throws InterruptedException {
        try (Scheduler scheduler = Scheduler.builder().platform(new VirtualClock()).build()) {
            CancelScope outermost = new CancelScope("outermost");
            var seen = new AtomicReference<Cancelled>();
            // Only the caller's own recursion needs the stack.
            Thread deep = new Thread(null,
                    () -> scheduler.run("main", () -> outermost.run(() -> nest(5_000, () -> {
                        outermost.cancel();
                        try {
                            Checkpoints.sleepForever();
                        } catch (Cancelled cancelled) {
                            seen.set(cancelled);
                            throw cancelled;
                        }
                    }))), "deep", 512L << 20);
            deep.start();
            assertTrue(deep.join(Duration.ofSeconds(30)));
            assertNotNull(seen.get());
            assertFlags(outermost, true, true);
        }
    }

    private static void nest(int depth, Runnable innermost) {
        if (depth == 0) innermost.run();
        else
            new CancelScope().run(() -> nest(depth - 1, innermost));
    }
}
