package dev.structured.core.sync;

import static dev.structured.core.sync.Seeds.cancelledAnywhere;
import static dev.structured.core.sync.Seeds.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Signals and cancellations of tasks that wait for a condition, in a thousand different orders each. One
/// thread runs at a time, so the tests' own state needs no locks. A task that is left waiting for ever makes
/// its seed fail.
class ConditionSimulationTest {
    private static final Duration SHORT = Duration.ofMillis(10);

    /// As many items are taken as were made, each with a signal of its own: none of these may be lost on
    /// a task that is cancelled.
    @Test
    void no_signal_is_lost_on_a_task_that_is_gone() {
        check(simulation -> {
            TaskLock lock = new TaskLock();
            TaskCondition condition = new TaskCondition(lock);
            Ends ends = new Ends();
            int[] items = {0};
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 4; i++) {
                    ends.start(nursery, i < 2 ? cancelledAnywhere(simulation) : new CancelScope(),
                            () -> lock.run(() -> {
                                while (items[0] == 0)
                                    condition.await();
                                items[0]--;
                            }));
                }
                int made = 0;
                while (made < 2 || ends.all() < 4) { // until the two that nobody cancels have one
                    lock.acquire();
                    if (made < 2 || (condition.statistics().waiting() > 0 && items[0] == 0)) {
                        items[0]++;
                        made++;
                        condition.signal();
                    }
                    lock.release();
                    Checkpoints.sleep(SHORT);
                    assertTrue(made <= 4, "an item lies there, and somebody waits for it");
                }
                assertEquals(made, items[0] + ends.done);
            }));
            assertEquals(0, ends.broken);
            assertNothingLeft(lock, condition);
        });
    }

    /// Exactly two signals for four tasks: those that return have consumed one each.
    @Test
    void as_many_return_as_were_signalled_unless_too_few_are_left() {
        check(simulation -> {
            TaskLock lock = new TaskLock();
            TaskCondition condition = new TaskCondition(lock);
            Ends ends = new Ends();
            int[] waiting = {0};
            boolean atOnce = simulation.random().nextBoolean();
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 4; i++) {
                    CancelScope scope = new CancelScope();
                    ends.start(nursery, scope, () -> lock.run(() -> {
                        waiting[0]++;
                        condition.await();
                    }));
                    if (i < 2) nursery.startSoon("canceller", () -> {
                        while (waiting[0] < 4)
                            Checkpoints.sleep(SHORT);
                        simulation.point("before cancelling");
                        scope.cancel();
                    });
                }
                while (waiting[0] < 4)
                    Checkpoints.sleep(SHORT);
                lock.acquire();
                if (atOnce) {
                    condition.signal(2);
                    simulation.point("signalled, and has the lock still");
                } else {
                    condition.signal();
                    simulation.point("between");
                    condition.signal();
                }
                lock.release();
                while (ends.all() + condition.statistics().waiting() < 4)
                    Checkpoints.sleep(SHORT);
                while (ends.done < 2)
                    Checkpoints.sleep(SHORT); // for ever, if one was lost
                assertEquals(2, ends.done);
                lock.run(condition::signalAll);
            }));
            assertEquals(4, ends.all());
            assertNothingLeft(lock, condition);
        });
    }

    @Test
    void every_end_of_a_wait_has_the_lock() {
        check(simulation -> {
            TaskLock lock = new TaskLock();
            TaskCondition condition = new TaskCondition(lock);
            int[] inside = {0};
            Ends ends = new Ends();
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 3; i++) {
                    ends.start(nursery, i < 2 ? cancelledAnywhere(simulation) : new CancelScope(),
                            () -> lock.run(() -> {
                                try {
                                    condition.await();
                                } finally {
                                    assertEquals(1, ++inside[0]);
                                    simulation.point("inside");
                                    inside[0]--;
                                }
                            }));
                }
                while (ends.all() < 3) {
                    lock.run(() -> {
                        assertEquals(1, ++inside[0]);
                        simulation.point("inside");
                        inside[0]--;
                        condition.signal();
                    });
                    Checkpoints.sleep(SHORT);
                }
            }));
            assertNothingLeft(lock, condition);
        });
    }

    /// Nobody may be left waiting for a signal, or for the lock, when the owner is gone.
    @Test
    void owner_that_ends_breaks_the_wait_of_everybody() {
        check(simulation -> {
            TaskLock lock = new TaskLock();
            TaskCondition condition = new TaskCondition(lock);
            Ends ends = new Ends();
            int[] waiting = {0};
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 3; i++) {
                    ends.start(nursery, i == 0 ? cancelledAnywhere(simulation) : new CancelScope(),
                            () -> lock.run(() -> {
                                waiting[0]++;
                                condition.await();
                            }));
                }
                while (waiting[0] < 2)
                    Checkpoints.sleep(SHORT);
                nursery.startSoon("owner", () -> {
                    lock.acquire();
                    condition.signal();
                    simulation.point("about to end");
                });
            }));
            assertEquals(3, ends.all());
            assertEquals(0, ends.done);
            TaskCondition.Statistics last = condition.statistics();
            assertEquals(0, last.waiting() + last.lock().waiting());
            assertTrue(last.lock().brokenBy() != null);
        });
    }

    private static void assertNothingLeft(TaskLock lock, TaskCondition condition) {
        TaskCondition.Statistics last = condition.statistics();
        assertEquals(0, last.waiting() + last.lock().waiting());
        assertNull(last.lock().owner());
        assertNull(lock.statistics().brokenBy());
    }
}
