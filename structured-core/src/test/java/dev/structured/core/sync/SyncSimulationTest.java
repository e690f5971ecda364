package dev.structured.core.sync;

import static dev.structured.core.sync.Seeds.cancelledAnywhere;
import static dev.structured.core.sync.Seeds.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.ScopeResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Each pair of operations in a thousand different orders, with cancellations at any point. One thread runs
/// at a time, so the tests' own state needs no locks. A task that is left waiting for ever makes its seed
/// fail.
class SyncSimulationTest {
    private static final Duration SHORT = Duration.ofMillis(10);

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
}
