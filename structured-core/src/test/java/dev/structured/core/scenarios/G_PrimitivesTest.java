package dev.structured.core.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.BrokenException;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.ParkingLot;
import dev.structured.core.Task;
import dev.structured.core.sync.CapacityLimiter;
import dev.structured.core.sync.Event;
import dev.structured.core.sync.LockContract;
import dev.structured.core.sync.LockLike;
import dev.structured.core.sync.TaskCondition;
import dev.structured.core.sync.TaskLock;
import dev.structured.core.sync.TaskSemaphore;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

class G_PrimitivesTest extends Scenarios {
    private static final String VAIN = "Waiting for the bus is in vain: task '%s', which it depends on, "
            + "has ended";

    private final ParkingLot lot = new ParkingLot("the bus");

    /* --- Events --- */

    @StructuredTest
    void s87_event_that_is_set_before_the_cancellation_ends_the_wait_and_the_next_checkpoint_throws(
            VirtualClock clock) {
        Event event = new Event();
        CancelScope scope = new CancelScope();
        Nursery.run(nursery -> {
            nursery.startSoon("waiter", () -> scope.run(() -> {
                event.await();
                trail.add("set");
                Checkpoints.sleepForever(); // the cancellation may come a moment later
                trail.add("not reached");
            }));
            clock.settle();
            event.set();
            scope.cancel();
        });
        assertEquals(List.of("set"), trail);
        assertFlags(scope, true, true);
    }

    @StructuredTest
    void s87_cancellation_before_the_event_is_set_ends_the_wait(VirtualClock clock) {
        Event event = new Event();
        CancelScope scope = new CancelScope();
        Nursery.run(nursery -> {
            nursery.startSoon("waiter", () -> scope.run(() -> {
                event.await();
                trail.add("not reached");
            }));
            clock.settle();
            scope.cancel();
            event.set();
        });
        assertEquals(List.of(), trail);
        assertFlags(scope, true, true);
        assertEquals(new Event.Statistics(true, 0), event.statistics());
    }

    @StructuredTest
    void s87_event_wakes_all_and_may_be_set_twice(VirtualClock clock) {
        Event event = new Event();
        Nursery.run(nursery -> {
            for (int i = 0; i < 3; i++) {
                nursery.startSoon("waiter", () -> {
                    event.await();
                    trail.add("woken");
                });
            }
            clock.settle();
            event.set();
            event.set();
        });
        event.set();
        event.await();
        assertEquals(List.of("woken", "woken", "woken"), trail);
    }

    /* --- Locks --- */

    @StructuredTest
    void s88_held_lock_is_acquired_and_released_by_nobody_else_and_by_its_owner_not_again() {
        TaskLock lock = new TaskLock();
        lock.acquire();
        assertThrows(IllegalStateException.class, lock::acquire);
        assertThrows(IllegalStateException.class, lock::tryAcquire);
        Nursery.run(nursery -> nursery.startSoon("thief", () -> {
            assertThrows(IllegalStateException.class, lock::release);
            assertFalse(lock.tryAcquire());
        }));
        lock.release();
        assertThrows(IllegalStateException.class, lock::release);
    }

    @StructuredTest
    void s88_released_lock_belongs_to_the_waiter_at_once(VirtualClock clock) {
        TaskLock lock = new TaskLock();
        Nursery.run(nursery -> {
            lock.acquire();
            nursery.startSoon("waiter", () -> {
                lock.acquire();
                sleep(1);
                lock.release();
            });
            clock.settle();
            lock.release();
            assertFalse(lock.tryAcquire());
        });
    }

    @StructuredTest
    void s88_three_loopers_keep_their_order_through_all_rounds(VirtualClock clock) {
        TaskLock lock = new TaskLock();
        Nursery.run(nursery -> {
            for (String name : List.of("a", "b", "c")) {
                nursery.startSoon(name, () -> {
                    for (int round = 0; round < 3; round++) {
                        lock.acquire();
                        trail.add(name);
                        sleep(1);
                        lock.release();
                    }
                });
                clock.settle();
            }
        });
        assertEquals(List.of("a", "b", "c", "a", "b", "c", "a", "b", "c"), trail);
    }

    @StructuredTest
    void s90_owner_that_ends_without_releasing_breaks_the_lock_for_present_and_later_acquirers(
            VirtualClock clock) {
        TaskLock lock = new TaskLock("ledger");
        Nursery.run(nursery -> {
            Task<?> owner = nursery.startSoon("owner", () -> {
                lock.acquire();
                sleep(1);
            });
            clock.settle();
            nursery.startSoon("waiter",
                    () -> trail.add(assertThrows(BrokenException.class, lock::acquire).getMessage()));
            sleep(2);
            trail.add(assertThrows(BrokenException.class, lock::acquire).getMessage());
            trail.add(assertThrows(BrokenException.class, lock::tryAcquire).getMessage());
            String message = "Waiting for lock 'ledger' is in vain: task '" + owner.path()
                    + "', which had it, has ended without releasing it";
            assertEquals(List.of(message, message, message), trail);
        });
    }

    @StructuredTest
    void s90_owner_that_the_lock_was_handed_to_breaks_it_too(VirtualClock clock) {
        TaskLock lock = new TaskLock();
        Nursery.run(nursery -> {
            lock.acquire();
            Task<?> heir = nursery.startSoon("heir", lock::acquire);
            clock.settle();
            nursery.startSoon("waiter",
                    () -> trail.add(assertThrows(BrokenException.class, lock::acquire).getMessage()));
            clock.settle();
            lock.release();
            clock.settle();
            assertTrue(trail.getFirst().contains("'" + heir.path() + "'"), trail.getFirst());
            assertThrows(BrokenException.class, lock::acquire);
        });
    }

    /* --- Semaphores and limiters --- */

    @StructuredTest
    void s91_semaphore_with_all_its_permits_takes_none_back() {
        TaskSemaphore semaphore = new TaskSemaphore(1, 1);
        assertThrows(IllegalStateException.class, semaphore::release);
        assertEquals(1, semaphore.statistics().permits());
    }

    @StructuredTest
    void s91_released_permit_goes_to_the_waiter_and_is_not_counted(VirtualClock clock) {
        TaskSemaphore semaphore = new TaskSemaphore(0);
        Nursery.run(nursery -> {
            nursery.startSoon("waiter", () -> {
                semaphore.acquire();
                trail.add("has it");
            });
            clock.settle();
            semaphore.release();
            assertEquals(0, semaphore.statistics().permits());
            assertFalse(semaphore.tryAcquire());
        });
        assertEquals(List.of("has it"), trail);
        assertEquals(0, semaphore.statistics().permits());
    }

    @StructuredTest
    void s92_borrower_has_one_token_and_only_a_borrower_gives_one_back() {
        CapacityLimiter limiter = new CapacityLimiter(3);
        assertThrows(IllegalStateException.class, limiter::release);
        limiter.acquire();
        assertThrows(IllegalStateException.class, limiter::acquire);
        assertThrows(IllegalStateException.class, limiter::tryAcquire);
        limiter.release();
        assertThrows(IllegalStateException.class, limiter::release);
        assertEquals(3, limiter.statistics().available());
    }

    @StructuredTest
    void s92_tokens_on_behalf_of_others_are_not_the_tasks() {
        CapacityLimiter limiter = new CapacityLimiter(3);
        Object thread = new Object();
        limiter.acquireOnBehalfOf(thread);
        limiter.acquire();
        assertThrows(IllegalStateException.class, () -> limiter.acquireOnBehalfOf(thread));
        Nursery.run(nursery -> nursery.startSoon("other", () -> {
            assertThrows(IllegalStateException.class, limiter::release);
            limiter.releaseOnBehalfOf(thread);
        }));
        assertThrows(IllegalStateException.class, () -> limiter.releaseOnBehalfOf(thread));
        assertEquals(List.of(Task.current()), limiter.statistics().borrowers());
        limiter.release();
    }

    /// Differs from Trio, which would let both in and count one.
    @StructuredTest
    void s94_borrower_that_waits_is_not_queued_twice(VirtualClock clock) {
        CapacityLimiter limiter = new CapacityLimiter(0);
        Object key = new Object();
        Nursery.run(nursery -> {
            nursery.startSoon("first", () -> limiter.acquireOnBehalfOf(key));
            clock.settle();
            assertThrows(IllegalStateException.class, () -> limiter.acquireOnBehalfOf(key));
            assertThrows(IllegalStateException.class, () -> limiter.tryAcquireOnBehalfOf(key));
            limiter.setTotal(2);
        });
        assertEquals(List.of(key), limiter.statistics().borrowers());
        limiter.releaseOnBehalfOf(key);
        assertEquals(2, limiter.statistics().available());
    }

    /* --- Conditions --- */

    @StructuredTest
    void s95_condition_without_its_lock_is_neither_waited_for_nor_signalled() {
        TaskCondition condition = new TaskCondition(new TaskLock());
        assertThrows(IllegalStateException.class, condition::await);
        assertThrows(IllegalStateException.class, condition::signal);
        assertThrows(IllegalStateException.class, condition::signalAll);
    }

    @StructuredTest
    void s95_signalled_waiters_queue_for_the_lock_and_finish_in_order(VirtualClock clock) {
        TaskLock lock = new TaskLock();
        TaskCondition condition = new TaskCondition(lock);
        Nursery.run(nursery -> {
            for (String name : List.of("a", "b", "c")) {
                nursery.startSoon(name, () -> lock.run(() -> {
                    condition.await();
                    trail.add(name);
                }));
                clock.settle();
            }
            lock.acquire();
            condition.signal(2);
            assertEquals(1, condition.statistics().waiting());
            assertEquals(2, condition.statistics().lock().waiting());
            lock.release();
            clock.settle();
            assertEquals(List.of("a", "b"), trail);
            lock.run(condition::signalAll);
        });
        assertEquals(List.of("a", "b", "c"), trail);
    }

    /* --- Lots --- */

    @StructuredTest
    void s99_parked_tasks_are_told_when_the_breaker_ends_and_later_ones_at_once() {
        List<String> told = new CopyOnWriteArrayList<>();
        Nursery.run(nursery -> {
            Task<?> breaker = nursery.startSoon("driver", () -> Checkpoints.sleep(Duration.ofSeconds(1)));
            lot.addBreaker(breaker);
            nursery.startSoon("passenger", () -> {
                BrokenException broken = assertThrows(BrokenException.class, lot::park);
                told.add(broken.getMessage());
            });
            Checkpoints.sleep(Duration.ofSeconds(2));
            assertEquals(List.of(VAIN.formatted(breaker.path())), told);
            assertEquals(told.getFirst(), assertThrows(BrokenException.class, lot::park).getMessage());
            assertEquals(0, lot.statistics().waiting());
        });
    }

    @StructuredTest
    void s99_breaker_that_has_ended_breaks_the_lot_at_once() {
        Nursery.run(nursery -> {
            Task<?> ended = nursery.startSoon("driver", () -> {});
            ended.await();
            lot.addBreaker(ended);
            assertEquals(VAIN.formatted(ended.path()),
                    assertThrows(BrokenException.class, lot::park).getMessage());
        });
    }

    /* --- What all have in common --- */

    @StructuredTest
    void s100_whatever_serves_as_a_lock_excludes_is_fair_and_can_be_tried(VirtualClock clock) {
        assertEquals(6, LockLike.kinds().size());
        for (String kind : LockLike.kinds().keySet()) {
            LockContract contract = new LockContract(kind) {
            };
            contract.one_at_a_time(clock);
            contract.first_come_first_served_in_every_round(clock);
            contract.who_has_got_it_by_trying_keeps_others_out(clock);
        }
    }
}
