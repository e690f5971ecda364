package dev.structured.core.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Action;
import dev.structured.core.BrokenException;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.ScopeResult;
import dev.structured.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Each pair of operations in a thousand different orders, with cancellations at any point. One thread runs
/// at a time, so the tests' own state needs no locks; and whoever is left waiting for ever makes the seed
/// fail.
class SyncSimulationTest {
    private static final int SEEDS = 1_000;
    private static final Duration SHORT = Duration.ofMillis(10);

    private static void check(Action<Simulation, ?> body) {
        assertTrue(Simulation.check(SEEDS, body).schedules() > SEEDS / 20, "hardly any different orders");
    }

    /// How what some tasks tried has ended.
    private static final class Ends {
        int done;
        int cancelled;
        int broken;

        int all() {
            return done + cancelled + broken;
        }

        /// Starts a task that does this in the scope, and counts how that ends.
        void start(Nursery nursery, CancelScope scope, Runnable code) {
            nursery.startSoon("task", () -> {
                try {
                    ScopeResult<Boolean> result = scope.call(() -> {
                        code.run();
                        return true;
                    });
                    if (result.isCancelled()) cancelled++;
                    else
                        done++;
                } catch (BrokenException e) {
                    broken++;
                }
            });
        }
    }

    private static CancelScope cancelledAnywhere(Simulation simulation) {
        CancelScope scope = new CancelScope();
        simulation.cancelAnywhere(scope);
        return scope;
    }

    @Nested
    class Events {
        @Test
        void set_wakes_everybody_who_is_not_cancelled_first() {
            check(simulation -> {
                Event event = new Event();
                Ends ends = new Ends();
                List<String> told = new ArrayList<>();
                simulation.run(() -> Nursery.run(nursery -> {
                    for (int i = 0; i < 3; i++) {
                        ends.start(nursery, i == 0 ? cancelledAnywhere(simulation) : new CancelScope(),
                                event::await);
                    }
                    event.addHook(() -> told.add("before"));
                    nursery.startSoon("setter", event::set);
                    simulation.thread("another", event::set);
                    Checkpoints.checkpoint();
                    event.addHook(() -> told.add("meanwhile"));
                }));
                simulation.joinThreads();
                assertEquals(3, ends.all());
                assertTrue(ends.done >= 2);
                assertEquals(List.of("before", "meanwhile"), told.stream().sorted().toList());
                assertEquals(new Event.Statistics(true, 0), event.statistics());
            });
        }
    }

    /// The kinds that the contract is for, as far as they are made here.
    private static void checkExclusive(String kind) {
        check(simulation -> {
            int[] inside = {0};
            int[] rounds = {0};
            Ends ends = new Ends();
            List<LockLike> made = new ArrayList<>();
            simulation.run(() -> Nursery.run(nursery -> {
                LockLike lock = LockLike.kinds().get(kind).apply(nursery);
                made.add(lock);
                for (int i = 0; i < 4; i++) {
                    boolean tries = i == 3;
                    CancelScope scope = i == 0 || i == 2
                            ? cancelledAnywhere(simulation)
                            : new CancelScope();
                    ends.start(nursery, scope, () -> {
                        for (int round = 0; round < 2; round++) {
                            if (tries) {
                                if (!lock.tryAcquire()) continue;
                            } else {
                                lock.acquire();
                            }
                            assertEquals(1, ++inside[0]);
                            simulation.point("inside");
                            inside[0]--;
                            rounds[0]++;
                            lock.release();
                        }
                    });
                }
            }));
            assertEquals(4, ends.all());
            assertTrue(rounds[0] >= 2, "who is not cancelled gets through");
            simulation.run(() -> {
                assertTrue(made.getFirst().tryAcquire(), "it is left held");
                made.getFirst().release();
            });
        });
    }

    /// Those that queue, and are not cancelled, come in the order in which they have queued.
    private static void checkFair(String kind) {
        check(simulation -> {
            List<Integer> order = new ArrayList<>();
            int[] cancelled = {0};
            simulation.run(() -> Nursery.run(nursery -> {
                LockLike lock = LockLike.kinds().get(kind).apply(nursery);
                lock.acquire();
                for (int i = 0; i < 4; i++) {
                    int number = i;
                    CancelScope scope = i % 2 == 1 ? cancelledAnywhere(simulation) : new CancelScope();
                    nursery.startSoon("task", () -> {
                        ScopeResult<Boolean> result = scope.call(() -> {
                            lock.acquire();
                            order.add(number);
                            simulation.point("inside");
                            lock.release();
                            return true;
                        });
                        if (result.isCancelled()) cancelled[0]++;
                    });
                    if (i == 0) while (lock.waiting() == 0)
                        Checkpoints.sleep(SHORT);
                }
                lock.release();
            }));
            assertTrue(order.containsAll(List.of(0, 2)));
            assertTrue(order.indexOf(0) < order.indexOf(2));
            assertEquals(4, order.size() + cancelled[0]);
        });
    }

    @Nested
    class Semaphores {
        @Test
        void permit_is_with_one_at_a_time_and_never_lost() {
            checkExclusive("semaphore of one permit");
        }

        @Test
        void first_come_first_served() {
            checkFair("semaphore of one permit");
        }

        /// Permits are brought and taken by tasks and by threads that are none.
        @Test
        void permits_are_conserved() {
            check(simulation -> {
                TaskSemaphore semaphore = new TaskSemaphore(1, 4);
                int given = 3;
                Ends ends = new Ends();
                simulation.run(() -> Nursery.run(nursery -> {
                    for (int i = 0; i < 4; i++) {
                        ends.start(nursery, i < 2 ? cancelledAnywhere(simulation) : new CancelScope(),
                                semaphore::acquire);
                    }
                    for (int i = 1; i < given; i++) nursery.startSoon("giver", semaphore::release);
                    simulation.thread("foreign giver", semaphore::release);
                }));
                simulation.joinThreads();
                assertTrue(ends.done >= 2);
                assertEquals(new TaskSemaphore.Statistics(1 + given - ends.done, 4, 0),
                        semaphore.statistics());
            });
        }
    }

    @Nested
    class Limiters {
        @Test
        void token_is_with_one_at_a_time_and_never_lost() {
            checkExclusive("limiter of one token");
        }

        @Test
        void first_come_first_served() {
            checkFair("limiter of one token");
        }

        @Test
        void there_are_never_more_borrowers_than_tokens_while_that_number_only_grows() {
            check(simulation -> {
                CapacityLimiter limiter = new CapacityLimiter(0);
                Ends ends = new Ends();
                int[] inside = {0};
                simulation.run(() -> Nursery.run(nursery -> {
                    for (int i = 0; i < 4; i++) {
                        ends.start(nursery, i < 2 ? cancelledAnywhere(simulation) : new CancelScope(),
                                () -> limiter.run(() -> {
                                    assertTrue(++inside[0] <= limiter.total());
                                    simulation.point("inside");
                                    inside[0]--;
                                }));
                    }
                    simulation.thread("resizer", () -> {
                        limiter.setTotal(1);
                        simulation.point("between");
                        limiter.setTotal(2);
                    });
                }));
                simulation.joinThreads();
                assertEquals(4, ends.all());
                assertTrue(ends.done >= 2);
                assertEquals(new CapacityLimiter.Statistics(2, 0, 0, List.of()), limiter.statistics());
            });
        }

        @Test
        void resizing_up_and_down_loses_no_token_and_lets_nobody_in_above_the_number() {
            check(simulation -> {
                CapacityLimiter limiter = new CapacityLimiter(2);
                Ends ends = new Ends();
                simulation.run(() -> Nursery.run(nursery -> {
                    for (int i = 0; i < 4; i++) {
                        ends.start(nursery, i < 2 ? cancelledAnywhere(simulation) : new CancelScope(),
                                () -> limiter.run(() -> simulation.point("inside")));
                    }
                    simulation.thread("resizer", () -> {
                        limiter.setTotal(0);
                        int before = limiter.statistics().borrowed();
                        simulation.point("between");
                        int after = limiter.statistics().borrowed();
                        assertTrue(after <= before, "somebody got in");
                        limiter.setTotal(1);
                    });
                }));
                simulation.joinThreads();
                assertEquals(4, ends.all());
                assertEquals(new CapacityLimiter.Statistics(1, 0, 0, List.of()), limiter.statistics());
            });
        }

        @Test
        void one_borrower_is_never_let_in_twice() {
            check(simulation -> {
                CapacityLimiter limiter = new CapacityLimiter(0);
                int[] refused = {0};
                Ends ends = new Ends();
                simulation.run(() -> Nursery.run(nursery -> {
                    for (int i = 0; i < 3; i++) {
                        ends.start(nursery, i == 0 ? cancelledAnywhere(simulation) : new CancelScope(),
                                () -> {
                                    try {
                                        limiter.acquireOnBehalfOf("key");
                                        simulation.point("has it");
                                        limiter.releaseOnBehalfOf("key");
                                    } catch (IllegalStateException e) {
                                        refused[0]++;
                                    }
                                });
                    }
                    Checkpoints.checkpoint();
                    limiter.setTotal(2);
                }));
                assertEquals(3, ends.all());
                assertTrue(refused[0] < 3, "one gets through, or was cancelled");
                assertEquals(new CapacityLimiter.Statistics(2, 0, 0, List.of()), limiter.statistics());
            });
        }
    }

    @Nested
    class Locks {
        @Test
        void it_is_with_one_at_a_time_and_never_lost() {
            checkExclusive("lock");
        }

        @Test
        void first_come_first_served() {
            checkFair("lock");
        }

        /// One of them ends with the lock: all others are told, unless they had it before or were cancelled.
        @Test
        void owner_that_ends_breaks_it_for_all_who_wait_then_or_come_later() {
            check(simulation -> {
                TaskLock lock = new TaskLock();
                Ends ends = new Ends();
                boolean[] gone = {false};
                simulation.run(() -> Nursery.run(nursery -> {
                    for (int i = 0; i < 4; i++) {
                        boolean forgetful = i == 1;
                        ends.start(nursery, i == 2 ? cancelledAnywhere(simulation) : new CancelScope(),
                                () -> {
                                    lock.acquire();
                                    assertFalse(gone[0], "got a lock that nobody has released");
                                    simulation.point("inside");
                                    if (forgetful) gone[0] = true;
                                    else
                                        lock.release();
                                });
                    }
                }));
                assertEquals(4, ends.all());
                assertTrue(gone[0]);
                TaskLock.Statistics last = lock.statistics();
                assertTrue(String.valueOf(last.brokenBy()).contains("has ended"), last.toString());
                assertEquals(0, last.waiting());
            });
        }

        /// Many tasks come to have had it: none is held to that when it ends.
        @Test
        void former_owner_breaks_nothing() {
            check(simulation -> {
                TaskLock lock = new TaskLock();
                Ends ends = new Ends();
                simulation.run(() -> Nursery.run(nursery -> {
                    for (int i = 0; i < 4; i++) {
                        int rounds = 1 + i % 2;
                        ends.start(nursery, i == 0 ? cancelledAnywhere(simulation) : new CancelScope(),
                                () -> {
                                    for (int round = 0; round < rounds; round++)
                                        lock.run(() -> simulation.point("inside"));
                                });
                    }
                }));
                assertEquals(0, ends.broken);
                assertTrue(ends.done >= 3);
                assertEquals(new TaskLock.Statistics(null, 0, null), lock.statistics());
            });
        }
    }

    @Nested
    class Conditions {
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
}
