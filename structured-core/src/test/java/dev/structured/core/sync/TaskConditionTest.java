package dev.structured.core.sync;

import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static dev.structured.testing.CheckpointAssertions.assertNoCheckpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.BrokenException;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.core.TaskTree;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class TaskConditionTest {
    private static final Duration SHORT = Duration.ofMillis(10);
    private static final Duration LONG = Duration.ofSeconds(10);

    private final TaskLock lock = new TaskLock("oven");
    private final TaskCondition condition = new TaskCondition("baked", lock);
    private final List<String> order = new ArrayList<>();

    private void assertWaiting(int forSignal, int forLock) {
        TaskCondition.Statistics now = condition.statistics();
        assertEquals(forSignal + " for a signal, " + forLock + " for the lock",
                now.waiting() + " for a signal, " + now.lock().waiting() + " for the lock");
    }

    /// Starts a task that waits for the condition, and says in `order` how that ended.
    private Task<?> waiter(Nursery nursery, VirtualClock clock, String name, CancelScope scope) {
        Task<?> task = nursery.startSoon(name, () -> scope.run(() -> lock.run(() -> {
            String end = name + " cancelled";
            try {
                condition.await();
                end = name;
            } finally {
                assertSame(Task.current(), lock.statistics().owner());
                order.add(end);
            }
        })));
        clock.settle();
        return task;
    }

    @StructuredTest
    void task_that_waits_for_something_to_hold_goes_on_when_it_does(VirtualClock clock) {
        List<String> bread = new ArrayList<>();
        Nursery.run(nursery -> {
            nursery.startSoon("guest", () -> lock.run(() -> {
                condition.awaitUntil(() -> bread.size() == 2);
                order.add("guest has " + bread);
            }));
            for (String loaf : List.of("rye", "spelt")) {
                clock.settle();
                lock.run(() -> {
                    bread.add(loaf);
                    condition.signalAll();
                });
                clock.settle();
                order.add(loaf);
            }
        });
        assertEquals(List.of("rye", "guest has [rye, spelt]", "spelt"), order);
    }

    @StructuredTest
    void what_holds_at_once_is_a_checkpoint_too_and_needs_the_lock() {
        assertThrows(IllegalStateException.class, () -> condition.awaitUntil(() -> true));
        lock.run(() -> assertCheckpoint(() -> condition.awaitUntil(() -> true)));
        IllegalArgumentException bug = new IllegalArgumentException("bug");
        assertSame(bug,
                assertThrows(IllegalArgumentException.class, () -> lock.run(() -> condition.awaitUntil(() -> {
                    throw bug;
                }))));
        assertNull(lock.statistics().owner());
    }

    @StructuredTest
    void without_the_lock_nobody_waits_or_signals() {
        String me = "Task '" + Task.current().path() + "' cannot ";
        String rest = " condition 'baked' of lock 'oven': nobody has it. Only the task that has acquired "
                + "it can.";
        assertEquals(me + "wait for" + rest,
                assertThrows(IllegalStateException.class, condition::await).getMessage());
        for (Runnable signal : List.<Runnable>of(condition::signal, condition::signalAll)) {
            assertEquals(me + "signal" + rest,
                    assertThrows(IllegalStateException.class, signal::run).getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> lock.run(() -> condition.signal(-1)));
        Nursery.run(nursery -> {
            lock.acquire();
            nursery.startSoon("thief", () -> {
                assertThrows(IllegalStateException.class, condition::await);
                assertThrows(IllegalStateException.class, condition::signal);
            });
        });
        lock.release();
    }

    @StructuredTest
    void signal_wakes_one_and_signalAll_all_in_the_order_of_their_coming(VirtualClock clock) {
        Nursery.run(nursery -> {
            for (String name : List.of("a", "b", "c", "d"))
                waiter(nursery, clock, name, new CancelScope());
            assertWaiting(4, 0);
            lock.run(() -> assertNoCheckpoint(() -> condition.signal()));
            clock.settle();
            assertEquals(List.of("a"), order);
            assertWaiting(3, 0);
            lock.run(() -> assertNoCheckpoint(condition::signalAll));
        });
        assertEquals(List.of("a", "b", "c", "d"), order);
        lock.run(condition::signalAll); // nobody there
        assertWaiting(0, 0);
        assertNull(lock.statistics().owner());
    }

    @StructuredTest
    void signalled_ones_wait_for_the_lock_behind_those_who_do_already(VirtualClock clock) {
        Nursery.run(nursery -> {
            waiter(nursery, clock, "a", new CancelScope());
            waiter(nursery, clock, "b", new CancelScope());
            lock.acquire();
            nursery.startSoon("plain", () -> lock.run(() -> order.add("plain")));
            clock.settle();
            condition.signal(0);
            assertWaiting(2, 1);
            condition.signal(5);
            assertWaiting(0, 3);
            clock.settle();
            assertEquals(List.of(), order, "nobody is woken before it has the lock");
            lock.release();
        });
        assertEquals(List.of("plain", "a", "b"), order);
    }

    @StructuredTest
    void await_is_a_checkpoint_that_keeps_the_lock_if_it_is_cancelled_already() {
        CancelScope scope = new CancelScope();
        lock.acquire();
        scope.run(() -> {
            scope.cancel();
            condition.await();
        });
        assertTrue(scope.absorbedCancellation());
        assertSame(Task.current(), lock.statistics().owner());
        Nursery.run(nursery -> {
            nursery.startSoon("signaller", () -> lock.run(condition::signal));
            assertCheckpoint(condition::await);
        });
        lock.release();
    }

    @StructuredTest
    void cancelled_waiter_has_the_lock_again_before_it_leaves_however_long_that_takes(VirtualClock clock) {
        CancelScope scope = new CancelScope();
        Nursery.run(nursery -> {
            Task<?> waiter = waiter(nursery, clock, "a", scope);
            nursery.startSoon("holder", () -> lock.run(() -> {
                scope.cancel();
                Checkpoints.sleep(LONG);
            }));
            waiter.await();
            assertEquals(LONG, clock.now());
            assertWaiting(0, 0);
        });
        assertEquals(List.of("a cancelled"), order);
    }

    @StructuredTest
    void signal_of_a_task_that_is_cancelled_before_it_has_the_lock_goes_to_the_next(VirtualClock clock) {
        CancelScope scope = new CancelScope();
        Nursery.run(nursery -> {
            waiter(nursery, clock, "a", scope);
            waiter(nursery, clock, "b", new CancelScope());
            lock.acquire();
            condition.signal();
            assertWaiting(1, 1);
            scope.cancel();
            clock.settle();
            lock.release();
        });
        assertTrue(scope.absorbedCancellation());
        assertEquals(List.of("a cancelled", "b"), order);
        assertWaiting(0, 0);
    }

    @StructuredTest
    void task_that_is_cancelled_first_consumes_no_signal(VirtualClock clock) {
        CancelScope scope = new CancelScope();
        Nursery.run(nursery -> {
            waiter(nursery, clock, "a", scope);
            waiter(nursery, clock, "b", new CancelScope());
            lock.acquire();
            scope.cancel();
            condition.signal(); // whether or not a has found out yet
            lock.release();
        });
        assertEquals(List.of("a cancelled", "b"), order.stream().sorted().toList());
    }

    @StructuredTest
    void task_that_has_been_given_the_lock_returns_and_sees_the_cancellation_later(VirtualClock clock) {
        CancelScope scope = new CancelScope();
        Nursery.run(nursery -> {
            waiter(nursery, clock, "a", scope);
            waiter(nursery, clock, "b", new CancelScope());
            lock.acquire();
            condition.signal();
            lock.release();
            scope.cancel();
            clock.settle();
            assertEquals(List.of("a"), order);
            assertWaiting(1, 0);
            lock.run(condition::signal);
        });
    }

    @StructuredTest
    void lock_that_breaks_tells_those_who_wait_for_the_condition_signalled_or_not(VirtualClock clock) {
        Nursery.run(nursery -> {
            for (int i = 0; i < 3; i++) {
                nursery.startSoon("waiter", () -> assertThrows(BrokenException.class,
                        () -> lock.run(condition::await)));
                clock.settle();
            }
            nursery.startSoon("owner", () -> {
                lock.acquire();
                condition.signal();
                Checkpoints.sleep(SHORT);
            });
            clock.settle();
            assertWaiting(2, 1);
        });
        assertWaiting(0, 0);
        assertThrows(BrokenException.class, lock::acquire);
        assertThrows(BrokenException.class, condition::signal);
        assertThrows(BrokenException.class, condition::await);
    }

    @StructuredTest
    void lock_that_breaks_without_others_who_want_it_tells_those_who_wait_for_the_condition(
            VirtualClock clock) {
        Nursery.run(nursery -> {
            nursery.startSoon("waiter",
                    () -> assertThrows(BrokenException.class, () -> lock.run(condition::await)));
            clock.settle();
            nursery.startSoon("owner", lock::acquire);
        });
        assertThrows(BrokenException.class, lock::acquire);
    }

    @StructuredTest
    void cancelled_waiter_of_a_broken_lock_is_told_that_it_is_broken(VirtualClock clock) {
        CancelScope scope = new CancelScope();
        Nursery.run(nursery -> {
            nursery.startSoon("waiter", () -> assertThrows(BrokenException.class,
                    () -> scope.run(() -> lock.run(condition::await))));
            clock.settle();
            nursery.startSoon("owner", () -> {
                lock.acquire();
                scope.cancel();
                Checkpoints.sleep(SHORT);
            });
        });
    }

    @StructuredTest
    void several_conditions_of_one_lock_are_waited_for_apart(VirtualClock clock) {
        TaskCondition other = new TaskCondition(lock);
        Nursery.run(nursery -> {
            waiter(nursery, clock, "a", new CancelScope());
            nursery.startSoon("b", () -> lock.run(() -> {
                other.await();
                order.add("b");
            }));
            clock.settle();
            assertEquals(1, other.statistics().waiting());
            lock.run(() -> other.signal(9));
            clock.settle();
            assertEquals(List.of("b"), order);
            lock.run(condition::signal);
        });
        assertEquals(List.of("b", "a"), order);
        assertEquals("a condition", other.toString());
    }

    @StructuredTest
    void task_tree_shows_what_is_waited_for(Scheduler scheduler, VirtualClock clock) {
        Nursery.run(nursery -> {
            waiter(nursery, clock, "a", new CancelScope());
            String tree = TaskTree.of(scheduler).text();
            assertTrue(tree.contains("waits for condition 'baked'"), tree);
            lock.run(condition::signal);
        });
    }
}
