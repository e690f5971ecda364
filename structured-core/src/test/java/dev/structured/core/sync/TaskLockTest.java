package dev.structured.core.sync;

import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static dev.structured.testing.CheckpointAssertions.assertNoCheckpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskLockTest {
    private static final Duration SHORT = Duration.ofMillis(10);

    private final TaskLock lock = new TaskLock("ledger");

    private void assertState(@Nullable Task<?> owner, int waiting) {
        assertEquals(new TaskLock.Statistics(owner, waiting, null), lock.statistics());
    }

    private void assertBrokenBy(Task<?> owner) {
        String why = "task '" + owner.path() + "', which had it, has ended without releasing it";
        String message = "Waiting for lock 'ledger' is in vain: " + why;
        assertEquals(message, assertThrows(BrokenException.class, lock::acquire).getMessage());
        assertEquals(message, assertThrows(BrokenException.class, lock::tryAcquire).getMessage());
        assertEquals(message, assertThrows(BrokenException.class, lock::release).getMessage());
        assertEquals(message, assertThrows(BrokenException.class, () -> lock.run(() -> {})).getMessage());
        assertEquals(new TaskLock.Statistics(null, 0, why), lock.statistics());
        assertEquals("lock 'ledger'", lock.toString());
    }

    @StructuredTest
    void free_lock_is_acquired_at_once_and_known_to_be_the_tasks() {
        assertState(null, 0);
        assertCheckpoint(lock::acquire);
        assertState(Task.current(), 0);
        assertNoCheckpoint(lock::release);
        assertState(null, 0);
        assertTrue(assertNoCheckpoint(lock::tryAcquire));
        assertState(Task.current(), 0);
        lock.release();
        assertEquals("a lock", new TaskLock().toString());
    }

    @StructuredTest
    void misuse_is_refused_in_words_and_changes_nothing() {
        Task<?> me = Task.current();
        assertEquals("Task '" + me.path() + "' cannot release lock 'ledger': nobody has it."
                + " Only the task that has acquired it can.",
                assertThrows(IllegalStateException.class, lock::release).getMessage());
        lock.acquire();
        assertRefusedWithWaiters(0);
        lock.release();
    }

    @StructuredTest
    void misuse_is_refused_while_somebody_waits_too(VirtualClock clock) {
        Nursery.run(nursery -> {
            lock.acquire();
            nursery.startSoon("waiter", () -> lock.run(() -> {}));
            clock.settle();
            assertRefusedWithWaiters(1);
            lock.release();
        });
    }

    private void assertRefusedWithWaiters(int waiting) {
        Task<?> me = Task.current();
        String twice = "Task '" + me.path() + "' has lock 'ledger' already, and it is not reentrant: it would"
                + " wait for itself for ever. Acquire it in one place, and call the code that needs it from"
                + " there.";
        assertEquals(twice, assertThrows(IllegalStateException.class, lock::acquire).getMessage());
        assertEquals(twice, assertThrows(IllegalStateException.class, lock::tryAcquire).getMessage());
        Nursery.run(nursery -> nursery.startSoon("thief", () -> {
            IllegalStateException refused = assertThrows(IllegalStateException.class, lock::release);
            assertEquals(
                    "Task '" + Task.current().path() + "' cannot release lock 'ledger': task '" + me.path()
                            + "' has it. Only the task that has acquired it can.",
                    refused.getMessage());
            assertFalse(lock.tryAcquire());
        }));
        assertState(me, waiting);
    }

    @Test
    void without_a_task_nobody_has_a_lock() {
        assertThrows(IllegalStateException.class, lock::acquire);
        assertThrows(IllegalStateException.class, lock::tryAcquire);
        assertThrows(IllegalStateException.class, lock::release);
        assertThrows(IllegalStateException.class, () -> lock.run(() -> {}));
    }

    @StructuredTest
    void release_hands_it_to_whoever_has_waited_longest(VirtualClock clock) {
        List<Integer> order = new ArrayList<>();
        Nursery.run(nursery -> {
            lock.acquire();
            List<Task<?>> waiters = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int number = i;
                waiters.add(nursery.startSoon("waiter", () -> lock.run(() -> {
                    order.add(number);
                    Checkpoints.sleep(SHORT);
                })));
                clock.settle();
            }
            assertState(Task.current(), 3);
            assertNoCheckpoint(lock::release);
            assertSame(waiters.getFirst(), lock.statistics().owner());
            assertFalse(lock.tryAcquire());
            lock.acquire();
            assertEquals(List.of(0, 1, 2), order);
            lock.release();
        });
        assertState(null, 0);
    }

    @StructuredTest
    void cancelled_waiter_is_passed_by(VirtualClock clock) {
        List<String> order = new ArrayList<>();
        CancelScope scope = new CancelScope();
        Nursery.run(nursery -> {
            lock.acquire();
            nursery.startSoon("gone", () -> scope.run(() -> lock.run(() -> order.add("gone"))));
            clock.settle();
            nursery.startSoon("stays", () -> lock.run(() -> order.add("stays")));
            clock.settle();
            scope.cancel();
            lock.release(); // before the cancelled one has run
            clock.settle();
        });
        assertEquals(List.of("stays"), order);
        assertTrue(scope.absorbedCancellation());
        assertState(null, 0);
    }

    @StructuredTest
    void lock_is_broken_when_its_owner_ends_whether_or_not_somebody_waits(VirtualClock clock) {
        Nursery.run(nursery -> {
            Task<?> owner = nursery.startSoon("owner", lock::acquire);
            owner.await();
            assertBrokenBy(owner);
        });
    }

    @StructuredTest
    void try_and_statistics_find_out_first_too(VirtualClock clock) {
        for (boolean tries : new boolean[]{true, false}) {
            TaskLock left = new TaskLock();
            Nursery.run(nursery -> nursery.startSoon("owner", left::acquire));
            if (tries) assertThrows(BrokenException.class, left::tryAcquire);
            else
                assertTrue(String.valueOf(left.statistics().brokenBy()).contains("/owner'"));
        }
    }

    @StructuredTest
    void everybody_who_waits_is_told_that_it_is_broken(VirtualClock clock) {
        Nursery.run(nursery -> {
            Task<?> owner = nursery.startSoon("owner", () -> {
                lock.acquire();
                Checkpoints.sleep(SHORT);
            });
            clock.settle();
            for (int i = 0; i < 3; i++) {
                nursery.startSoon("waiter", () -> assertThrows(BrokenException.class, lock::acquire));
            }
            clock.settle();
            assertState(owner, 3);
            Checkpoints.sleep(SHORT.multipliedBy(2));
            assertBrokenBy(owner);
        });
    }

    @StructuredTest
    void lock_is_broken_also_by_owners_that_it_was_handed_to(VirtualClock clock) {
        Nursery.run(nursery -> {
            lock.acquire();
            Task<?> heir = nursery.startSoon("heir", lock::acquire);
            clock.settle();
            nursery.startSoon("waiter", () -> assertThrows(BrokenException.class, lock::acquire));
            clock.settle();
            lock.release();
            clock.settle();
            assertBrokenBy(heir);
        });
    }

    @StructuredTest
    void end_of_a_task_that_has_released_it_breaks_nothing(VirtualClock clock) {
        Nursery.run(nursery -> {
            Task<?> former = nursery.startSoon("former", () -> lock.run(() -> Checkpoints.sleep(SHORT)));
            clock.settle();
            nursery.startSoon("heir", () -> lock.run(() -> Checkpoints.sleep(SHORT)));
            nursery.startSoon("next", () -> lock.run(() -> Checkpoints.sleep(SHORT)));
            former.await();
            clock.settle();
            assertEquals(1, lock.statistics().waiting());
        });
        assertState(null, 0);
    }

    @StructuredTest
    void former_owner_does_not_keep_it(VirtualClock clock) {
        WeakReference<Ownership> used = usedByTwo(clock);
        for (int i = 0; i < 20 && used.get() != null; i++) System.gc();
        assertNull(used.get());
    }

    private static WeakReference<Ownership> usedByTwo(VirtualClock clock) {
        TaskLock lock = new TaskLock();
        Nursery.run(nursery -> {
            lock.acquire();
            nursery.startSoon("other", () -> lock.run(() -> {}));
            clock.settle();
            lock.release();
        });
        return new WeakReference<>(lock.ownership);
    }

    @StructuredTest
    void blocks_release_it_however_they_end() {
        assertSame(Task.current(), lock.call(() -> lock.statistics().owner()));
        lock.run(() -> assertThrows(IllegalStateException.class, lock::acquire));
        assertThrows(ArithmeticException.class, () -> lock.run(() -> {
            throw new ArithmeticException();
        }));
        assertState(null, 0);
        CancelScope scope = new CancelScope();
        scope.run(() -> lock.run(() -> {
            scope.cancel();
            Checkpoints.checkpoint();
        }));
        assertState(null, 0);
        assertNull(lock.<@Nullable Object, RuntimeException>call(() -> null));
    }

    @StructuredTest
    void body_that_releases_it_is_told_unless_it_throws_itself() {
        assertThrows(IllegalStateException.class, () -> lock.run(lock::release));
        assertThrows(ArithmeticException.class, () -> lock.run(() -> {
            lock.release();
            throw new ArithmeticException();
        }));
        assertState(null, 0);
    }

    @StructuredTest
    void task_tree_shows_what_is_waited_for_and_who_has_it(Scheduler scheduler, VirtualClock clock) {
        Nursery.run(nursery -> {
            lock.acquire();
            nursery.startSoon("writer", () -> lock.run(() -> {}));
            clock.settle();
            String tree = TaskTree.of(scheduler).text();
            assertTrue(
                    tree.contains("waits for lock 'ledger', which task '" + Task.current().path() + "' has"),
                    tree);
            lock.release();
        });
    }
}
