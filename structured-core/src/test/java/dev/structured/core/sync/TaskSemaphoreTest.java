package dev.structured.core.sync;

import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static dev.structured.testing.CheckpointAssertions.assertNoCheckpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.TaskTree;
import dev.structured.core.Wait;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskSemaphoreTest {
    private static TaskSemaphore.Statistics statistics(int permits, int max, int waiting) {
        return new TaskSemaphore.Statistics(permits, max, waiting);
    }

    @StructuredTest
    void permits_are_taken_one_by_one_and_given_back() {
        TaskSemaphore semaphore = new TaskSemaphore(2, 3);
        assertCheckpoint(semaphore::acquire);
        assertTrue(assertNoCheckpoint(semaphore::tryAcquire));
        assertFalse(assertNoCheckpoint(semaphore::tryAcquire));
        assertEquals(statistics(0, 3, 0), semaphore.statistics());
        for (int i = 1; i <= 3; i++) {
            assertNoCheckpoint(semaphore::release);
            assertEquals(statistics(i, 3, 0), semaphore.statistics());
        }
        assertThrows(IllegalStateException.class, semaphore::release);
        assertEquals(statistics(3, 3, 0), semaphore.statistics());
    }

    @StructuredTest
    void each_release_lets_the_next_one_in_the_queue_go_on(VirtualClock clock) {
        TaskSemaphore semaphore = new TaskSemaphore("seats", 0);
        List<Integer> order = new ArrayList<>();
        Nursery.run(nursery -> {
            for (int i = 0; i < 3; i++) {
                int number = i;
                nursery.startSoon("guest", () -> {
                    semaphore.acquire();
                    order.add(number);
                });
                clock.settle();
            }
            assertEquals(statistics(0, Integer.MAX_VALUE, 3), semaphore.statistics());
            for (int i = 1; i <= 3; i++) {
                semaphore.release();
                assertFalse(semaphore.tryAcquire(), "the permit is not to be had on the way");
                assertEquals(statistics(0, Integer.MAX_VALUE, 3 - i), semaphore.statistics());
                clock.settle();
                assertEquals(i, order.size());
            }
        });
        assertEquals(List.of(0, 1, 2), order);
        semaphore.release();
        assertEquals(statistics(1, Integer.MAX_VALUE, 0), semaphore.statistics());
        assertTrue(semaphore.tryAcquire());
    }

    @StructuredTest
    void permit_is_counted_again_when_all_who_waited_have_been_cancelled(VirtualClock clock) {
        TaskSemaphore semaphore = new TaskSemaphore(0, 1);
        Nursery.run(nursery -> {
            CancelScope scope = new CancelScope();
            nursery.startSoon("guest", () -> scope.run(semaphore::acquire));
            clock.settle();
            scope.cancel();
            clock.settle();
            assertEquals(statistics(0, 1, 0), semaphore.statistics());
        });
        semaphore.release();
        assertEquals(statistics(1, 1, 0), semaphore.statistics());
        assertThrows(IllegalStateException.class, semaphore::release);
    }

    @StructuredTest
    void permit_that_comes_back_before_the_task_has_queued_is_taken() {
        TaskSemaphore semaphore = new TaskSemaphore(1);
        assertFalse(semaphore.queueUnlessFree(new Waiter(Wait.cancellable(semaphore))));
        assertEquals(statistics(0, Integer.MAX_VALUE, 0), semaphore.statistics());
    }

    @StructuredTest
    void blocks_give_the_permit_back_however_they_end() {
        TaskSemaphore semaphore = new TaskSemaphore(1, 1);
        assertEquals("tea", semaphore.call(() -> {
            assertFalse(semaphore.tryAcquire());
            return "tea";
        }));
        assertThrows(ArithmeticException.class, () -> semaphore.run(() -> {
            assertFalse(semaphore.tryAcquire());
            throw new ArithmeticException();
        }));
        CancelScope scope = new CancelScope();
        scope.run(() -> semaphore.run(scope::cancel));
        assertThrows(ArithmeticException.class, () -> semaphore.call(() -> {
            throw new ArithmeticException();
        }));
        assertEquals(statistics(1, 1, 0), semaphore.statistics());
    }

    @Test
    void any_thread_gives_back_and_takes_what_is_there_but_only_tasks_wait() {
        TaskSemaphore semaphore = new TaskSemaphore(0);
        semaphore.release();
        assertTrue(semaphore.tryAcquire());
        assertThrows(IllegalStateException.class, semaphore::acquire);
    }

    @Test
    void impossible_numbers_are_refused_in_words() {
        assertEquals("semaphore 'seats' cannot have -1 permits",
                assertThrows(IllegalArgumentException.class, () -> new TaskSemaphore("seats", -1))
                        .getMessage());
        assertEquals("a semaphore cannot have 3 permits and at most 2",
                assertThrows(IllegalArgumentException.class, () -> new TaskSemaphore(3, 2)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> new TaskSemaphore(0, 0));
        assertThrows(IllegalArgumentException.class, () -> new TaskSemaphore(-1));
        TaskSemaphore full = new TaskSemaphore(Integer.MAX_VALUE);
        assertThrows(IllegalStateException.class, full::release);
    }

    @Test
    void permit_that_nobody_had_is_refused_in_words() {
        TaskSemaphore semaphore = new TaskSemaphore("seats", 2, 2);
        assertEquals(
                "A permit was given back to semaphore 'seats' that was not taken: it has all its 2."
                        + " Give one back for each that was acquired, in a finally block or by run and call.",
                assertThrows(IllegalStateException.class, semaphore::release).getMessage());
    }

    @StructuredTest
    void task_tree_shows_what_is_waited_for(Scheduler scheduler, VirtualClock clock) {
        TaskSemaphore semaphore = new TaskSemaphore("seats", 0);
        Nursery.run(nursery -> {
            nursery.startSoon("guest", semaphore::acquire);
            clock.settle();
            String tree = TaskTree.of(scheduler).text();
            assertTrue(tree.contains("waits for semaphore 'seats'"), tree);
            semaphore.release();
        });
        assertEquals("a semaphore", new TaskSemaphore(1).toString());
    }
}
