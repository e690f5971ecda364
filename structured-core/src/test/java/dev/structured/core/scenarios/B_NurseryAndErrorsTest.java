package dev.structured.core.scenarios;

import static dev.structured.testing.Groups.assertThrowsGroup;
import static dev.structured.testing.Groups.group;
import static dev.structured.testing.Groups.instanceOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.Scheduler;
import dev.structured.core.TaskStatus;
import dev.structured.testing.Groups;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

class B_NurseryAndErrorsTest extends Scenarios {
    private static Groups.Shape leaf(String name) {
        return instanceOf(IllegalArgumentException.class, name);
    }

    /// Fails after a second, whatever is cancelled.
    private static void failLate(String name) {
        new CancelScope().withShield().run(() -> {
            sleep(1);
            raise(name);
        });
    }

    @StructuredTest
    void s09_failing_child_cancels_its_sibling_and_the_nursery_throws_a_group_of_one() {
        assertThrowsGroup(() -> Nursery.run(nursery -> {
            nursery.startSoon("A", () -> raise("E"));
            nursery.startSoon("B", () -> sleeper("B"));
        }), leaf("E"));
        assertEquals(List.of("B cancelled"), trail);
    }

    @StructuredTest
    void s10_failing_body_is_a_group_of_one() {
        NurseryFailedException failure = assertThrowsGroup(() -> Nursery.run(_ -> raise("E")), leaf("E"));
        assertEquals("E", failure.getCause().getMessage());
    }

    @StructuredTest
    void s11_children_that_fail_together_are_both_in_the_group() {
        NurseryFailedException failure = assertThrowsGroup(() -> Nursery.run(nursery -> {
            nursery.startSoon("one", () -> failLate("E1"));
            nursery.startSoon("two", () -> failLate("E2"));
            nursery.startSoon("three", () -> failLate("E3"));
        }), leaf("E1"), leaf("E2"), leaf("E3"));
        long others = Arrays.stream(failure.getSuppressed())
                .filter(each -> each instanceof IllegalArgumentException).count();
        assertEquals(2, others);
    }

    @StructuredTest
    void s12_failing_body_and_failing_child_are_both_in_the_group() {
        assertThrowsGroup(() -> Nursery.run(nursery -> {
            nursery.startSoon("child", () -> failLate("E2"));
            raise("E1");
        }), leaf("E1"), leaf("E2"));
    }

    @StructuredTest
    void s13_failing_child_wakes_the_body_whose_cancellation_is_not_in_the_group() {
        assertThrowsGroup(() -> Nursery.run(nursery -> {
            nursery.startSoon("child", () -> {
                sleep(1);
                raise("E");
            });
            sleeper("body");
        }), leaf("E"));
        assertEquals(List.of("body cancelled"), trail);
    }

    @StructuredTest
    void s15_cancelled_nursery_of_sleepers_ends_normally() {
        var scope = new AtomicReference<CancelScope>();
        Nursery.run(nursery -> {
            scope.set(nursery.scope());
            for (int i = 0; i < 3; i++) nursery.startSoon("sleeper", () -> sleeper("sleeper"));
            nursery.scope().cancel();
        });
        assertFlags(scope.get(), true, true);
        assertEquals(3, trail.size());
    }

    @StructuredTest
    void s16_error_of_a_cleanup_is_in_the_group_and_links_to_the_cancellation_that_it_replaced(
            VirtualClock clock) {
        var scope = new AtomicReference<CancelScope>();
        NurseryFailedException failure = assertThrowsGroup(() -> Nursery.run(nursery -> {
            scope.set(nursery.scope());
            nursery.startSoon("sleeper", () -> {
                try {
                    Checkpoints.sleepForever();
                } finally {
                    raise("V");
                }
            });
            clock.settle();
            nursery.scope().cancel();
        }), leaf("V"));
        assertInstanceOf(Cancelled.class, failure.leaves().getFirst().getSuppressed()[0]);
        assertFlags(scope.get(), true, true);
    }

    @StructuredTest
    void s18_only_the_failure_remains_where_it_was_and_emptied_groups_are_gone(VirtualClock clock) {
        CancelScope scope = new CancelScope();
        assertThrowsGroup(() -> scope.run(() -> Nursery.run(a -> {
            a.startSoon("b", () -> Nursery.run(b -> {
                b.startSoon("K", () -> failLate("K"));
                b.startSoon("sleeper", () -> sleeper("b"));
            }));
            a.startSoon("c", () -> Nursery.run(c -> {
                c.startSoon("sleeper", () -> sleeper("c"));
                c.startSoon("sleeper", () -> sleeper("c"));
            }));
            clock.settle();
            scope.cancel();
        })), group(leaf("K")));
        assertFlags(scope, true, true);
        assertEquals(3, trail.size());
    }

    @StructuredTest
    void s19_groups_keep_their_shape_and_hold_no_cancellation() {
        assertThrowsGroup(() -> Nursery.run(outer -> {
            outer.startSoon("inner", () -> Nursery.run(inner -> {
                inner.startSoon("R", () -> failLate("R"));
                inner.startSoon("sleeper", () -> sleeper("inner"));
            }));
            outer.startSoon("R", () -> failLate("R"));
            outer.startSoon("sleeper", () -> sleeper("outer"));
            outer.scope().cancel();
        }), leaf("R"), group(leaf("R")));
    }

    @StructuredTest
    void s22_child_may_start_another_when_the_body_has_ended(VirtualClock clock) {
        Nursery.run(nursery -> nursery.startSoon("X", () -> {
            clock.settle(); // the body has ended, and waits
            nursery.startSoon("Y", () -> trail.add("Y"));
        }));
        assertEquals(List.of("Y"), trail);
    }

    @StructuredTest
    void s22_task_either_runs_in_the_nursery_or_is_refused() {
        for (int round = 0; round < 300; round++) {
            var accepted = new AtomicInteger();
            var ran = new AtomicInteger();
            var target = new AtomicReference<Nursery>();
            Nursery.run(outer -> {
                outer.startSoon("spawner", () -> {
                    while (target.get() == null)
                        Checkpoints.yieldNow();
                    try {
                        for (int i = 0; i < 20; i++) {
                            target.get().startSoon("Y", ran::incrementAndGet);
                            accepted.incrementAndGet();
                        }
                    } catch (IllegalStateException closed) {
                        assertEquals(accepted.get(), ran.get(), "a task runs although its nursery is closed");
                    }
                });
                Nursery.run(nursery -> {
                    nursery.startSoon("X", () -> {});
                    target.set(nursery);
                });
            });
            assertEquals(accepted.get(), ran.get());
        }
    }

    @StructuredTest
    void s23_child_of_a_cancelled_nursery_begins_and_is_cancelled_at_its_first_checkpoint() {
        Nursery.run(nursery -> {
            nursery.scope().cancel();
            nursery.startSoon("child", () -> {
                trail.add("begun");
                Checkpoints.checkpoint();
                trail.add("not reached");
            });
        });
        assertEquals(List.of("begun"), trail);
    }

    @StructuredTest
    void s25_cancellation_reaches_all_leaves(VirtualClock clock) {
        Nursery.run(top -> {
            for (int worker = 0; worker < 2; worker++) {
                top.startSoon("worker", () -> Nursery.run(nursery -> {
                    nursery.startSoon("leaf", () -> sleeper("leaf"));
                    nursery.startSoon("leaf", () -> sleeper("leaf"));
                }));
            }
            clock.settle();
            top.scope().cancel();
        });
        assertEquals(List.of("leaf cancelled", "leaf cancelled", "leaf cancelled", "leaf cancelled"), trail);
    }

    /// A nursery is a block, so no task can return from inside one: the nearest thing is to return from the
    /// block.
    @StructuredTest
    void s26_block_that_returns_early_waits_for_its_children() {
        assertEquals("early", Nursery.call(nursery -> {
            nursery.startSoon("child", () -> {
                sleep(5);
                trail.add("child ended");
            });
            if (trail.isEmpty()) return "early";
            throw new AssertionError("not reached");
        }));
        assertEquals(List.of("child ended"), trail);
    }

    /// A nursery that leaks is closed by then: it has no child that has not begun.
    @StructuredTest
    void s27_nursery_that_leaked_out_of_its_block_starts_nothing() {
        var leaked = new AtomicReference<Nursery>();
        Nursery.run(outer -> outer.startSoon("owner", () -> Nursery.run(nursery -> {
            leaked.set(nursery);
            nursery.startSoon("child", () -> trail.add("child ended"));
        })).await());
        assertEquals(List.of("child ended"), trail);
        IllegalStateException refused = assertThrows(IllegalStateException.class,
                () -> leaked.get().startSoon("late", () -> trail.add("late")));
        assertTrue(refused.getMessage().contains("'nursery' is closed"), refused.getMessage());
        assertTrue(refused.getMessage().contains("Did the nursery escape its block?"), refused.getMessage());
        assertThrows(IllegalStateException.class,
                () -> leaked.get().startUntilReady("late", TaskStatus::started));
        assertEquals(List.of("child ended"), trail);
    }

    @StructuredTest
    void s29_causes_and_suppressed_lead_in_no_circle(Scheduler scheduler) {
        RuntimeException same = error("same");
        NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                () -> Nursery.run(outer -> {
                    outer.startSoon("inner", () -> Nursery.run(inner -> {
                        for (int i = 0; i < 3; i++) {
                            inner.startSoon("same", () -> new CancelScope().withShield().run(() -> {
                                sleep(1);
                                throw same;
                            }));
                        }
                        try {
                            sleeper("body");
                        } finally {
                            throwNow(same);
                        }
                    }));
                    outer.startSoon("wrapper", () -> new CancelScope().withShield().run(() -> {
                        sleep(1);
                        throw new IllegalStateException("wraps", same);
                    }));
                    try {
                        sleeper("body");
                    } finally {
                        throwNow(same);
                    }
                }));
        assertFalse(isCircular(failure));
        assertEquals(1, scheduler.statistics().tasks());
    }

    private static void throwNow(RuntimeException thrown) {
        throw thrown;
    }

    /// Follows every way from each throwable that is found, and looks whether one comes back to it.
    private static boolean isCircular(Throwable top) {
        Set<Throwable> all = reachable(top);
        all.add(top);
        return all.stream().anyMatch(each -> reachable(each).contains(each));
    }

    private static Set<Throwable> reachable(Throwable from) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        ArrayDeque<Throwable> rest = new ArrayDeque<>(List.of(from));
        while (!rest.isEmpty()) {
            Throwable next = rest.remove();
            if (next.getCause() != null && seen.add(next.getCause())) rest.add(next.getCause());
            for (Throwable suppressed : next.getSuppressed()) if (seen.add(suppressed)) rest.add(suppressed);
        }
        return seen;
    }
}
