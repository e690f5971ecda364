package dev.structured.core.sync;

import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static dev.structured.testing.CheckpointAssertions.assertNoCheckpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Task;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// What holds of everything that one task has at a time. Subclasses say what that is.
public abstract class LockContract {
    private static final Duration SHORT = Duration.ofMillis(10);

    private final Function<Nursery, LockLike> kind;

    /// @param kind of [LockLike#kinds()]
    protected LockContract(String kind) {
        this.kind = LockLike.kinds().get(kind);
    }

    private interface Use {
        void of(LockLike lock, Nursery nursery);
    }

    /// Opens one and uses it; it must be free in the end.
    private void with(VirtualClock clock, Use use) {
        Nursery.run("around the lock", around -> {
            LockLike lock = kind.apply(around);
            clock.settle();
            Nursery.run(nursery -> use.of(lock, nursery));
            clock.settle();
            assertTrue(lock.tryAcquire(), "it is held in the end");
            lock.release();
            around.scope().cancel();
        });
    }

    private static Task<?> start(Nursery nursery, VirtualClock clock, Runnable code) {
        Task<?> task = nursery.startSoon("task", code::run);
        clock.settle();
        return task;
    }

    @StructuredTest
    public void one_at_a_time(VirtualClock clock) {
        with(clock, (lock, nursery) -> {
            AtomicInteger inside = new AtomicInteger();
            for (int i = 0; i < 5; i++) {
                nursery.startSoon("task", () -> {
                    for (int round = 0; round < 20; round++) {
                        lock.acquire();
                        assertEquals(1, inside.incrementAndGet());
                        Checkpoints.yieldNow();
                        inside.decrementAndGet();
                        lock.release();
                    }
                });
            }
        });
    }

    @StructuredTest
    public void first_come_first_served_in_every_round(VirtualClock clock) {
        List<Integer> order = new CopyOnWriteArrayList<>();
        with(clock, (lock, nursery) -> {
            lock.acquire();
            for (int i = 0; i < 3; i++) {
                int number = i;
                start(nursery, clock, () -> {
                    for (int round = 0; round < 4; round++) {
                        lock.acquire();
                        order.add(number);
                        Checkpoints.sleep(SHORT); // until all others wait
                        lock.release();
                    }
                });
            }
            lock.release();
        });
        List<Integer> expected = new ArrayList<>();
        for (int round = 0; round < 4; round++) expected.addAll(List.of(0, 1, 2));
        assertEquals(expected, order);
    }

    @StructuredTest
    public void who_has_got_it_by_trying_keeps_others_out(VirtualClock clock) {
        with(clock, (lock, nursery) -> {
            assertTrue(assertNoCheckpoint(lock::tryAcquire));
            Task<?> waiter = start(nursery, clock, () -> {
                assertFalse(lock.tryAcquire());
                lock.acquire();
                lock.release();
            });
            assertFalse(waiter.isDone());
            assertNoCheckpoint(lock::release);
            waiter.await();
        });
    }

    @StructuredTest
    public void who_waits_has_it_from_the_release_on(VirtualClock clock) {
        with(clock, (lock, nursery) -> {
            assertCheckpoint(lock::acquire);
            start(nursery, clock, () -> {
                lock.acquire();
                Checkpoints.sleep(SHORT);
                lock.release();
            });
            start(nursery, clock, () -> {
                lock.acquire();
                lock.release();
            });
            lock.release();
            start(nursery, clock, () -> assertFalse(lock.tryAcquire()));
        });
    }

    @StructuredTest
    public void cancelled_waiter_is_gone(VirtualClock clock) {
        with(clock, (lock, nursery) -> {
            CancelScope scope = new CancelScope();
            lock.acquire();
            start(nursery, clock, () -> scope.run(() -> {
                lock.acquire();
                throw new AssertionError("not reached");
            }));
            Task<?> other = start(nursery, clock, () -> {
                lock.acquire();
                lock.release();
            });
            scope.cancel();
            clock.settle();
            assertFalse(other.isDone());
            lock.release();
            other.await();
            assertTrue(scope.absorbedCancellation());
        });
    }

    @StructuredTest
    public void who_is_cancelled_takes_nothing(VirtualClock clock) {
        with(clock, (lock, nursery) -> {
            CancelScope scope = new CancelScope();
            scope.run(() -> {
                scope.cancel();
                lock.acquire();
            });
            assertTrue(scope.absorbedCancellation());
        });
    }

    @StructuredTest
    public void release_and_cancellation_at_once_leave_it_to_one_or_to_nobody(VirtualClock clock) {
        with(clock, (lock, nursery) -> {
            CancelScope scope = new CancelScope();
            AtomicInteger ends = new AtomicInteger();
            lock.acquire();
            start(nursery, clock, () -> {
                scope.run(() -> {
                    lock.acquire();
                    lock.release();
                    ends.incrementAndGet();
                });
                if (scope.absorbedCancellation()) ends.incrementAndGet();
            });
            lock.release();
            scope.cancel();
            clock.settle();
            assertEquals(1, ends.get());
        });
    }
}
