package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.sync.CapacityLimiter;
import dev.structured.core.sync.Event;
import dev.structured.core.sync.TaskBarrier;
import dev.structured.core.sync.TaskCondition;
import dev.structured.core.sync.TaskLock;
import dev.structured.core.sync.TaskSemaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Steps of locks, events and their like for [SpaceEndsInStepTest].
final class SpaceInLocks {
    private SpaceInLocks() {}

    static final class AwaitALock extends SpaceScene {
        final TaskLock lock = new TaskLock();

        @Override
        void before(Nursery nursery) {
            lock.acquire();
            nursery.startSoon("first", () -> lock.run(() -> {}));
            awaitThat(() -> lock.statistics().waiting() == 1);
        }

        @Override
        void step() {
            lock.run(() -> {});
        }

        @Override
        void meanwhile() {
            lock.release();
        }

        @Override
        void after(boolean done) {
            lock.run(() -> {});
            assertNull(lock.statistics().owner());
        }
    }

    static final class HandALockOver extends SpaceScene {
        final TaskLock lock = new TaskLock();
        @Override
        void before(Nursery nursery) {
            lock.acquire();
            lock.release();
        }

        @Override
        void step() {
            boolean armed = NoSpace.pause();
            lock.acquire();
            for (int i = 0; i < 3; i++) {
                int waiting = i;
                nursery().startSoon("next " + i, () -> lock.run(() -> {}));
                awaitThat(() -> lock.statistics().waiting() > waiting);
            }
            if (armed) NoSpace.goOn();
            lock.release();
        }

        @Override
        void after(boolean done) {
            lock.run(() -> {});
            awaitThat(() -> lock.statistics().owner() == null);
        }
    }

    static final class AwaitACondition extends SpaceScene {
        final TaskLock lock = new TaskLock();
        final TaskCondition condition = new TaskCondition(lock);
        final AtomicInteger ended = new AtomicInteger();

        @Override
        void before(Nursery nursery) {
            for (int i = 0; i < 2; i++) {
                nursery.startSoon("waits " + i, () -> {
                    lock.run(condition::await);
                    ended.incrementAndGet();
                });
            }
            awaitThat(() -> condition.statistics().waiting() == 2);
        }

        @Override
        void step() {
            lock.run(condition::await);
        }

        @Override
        void meanwhile() {
            lock.run(condition::signalAll);
        }

        @Override
        void after(boolean done) {
            awaitThat(() -> ended.get() == 2);
            assertEquals(0, condition.statistics().waiting());
            lock.run(() -> {});
        }
    }

    /// The task is cancelled when it has a signal, and waits for the lock: it gets the lock, and the signal
    /// goes on to the next task.
    static final class LeaveACondition extends SpaceScene {
        final TaskLock lock = new TaskLock();
        final TaskCondition condition = new TaskCondition(lock);
        final CancelScope scope = new CancelScope("to be cancelled");
        volatile boolean over;
        volatile boolean held;
        @Nullable
        Task<?> other;

        @Override
        void step() {
            lock.acquire();
            try {
                scope.run(condition::await);
            } finally {
                boolean mine = false;
                try {
                    lock.release();
                    mine = true;
                } finally {
                    held = mine;
                    over = true;
                }
            }
        }

        @Override
        void meanwhile() {
            other = nursery().startSoon("other", () -> lock.run(condition::await));
            awaitThat(() -> condition.statistics().waiting() == (over ? 1 : 2));
            lock.acquire();
            condition.signal();
            scope.cancel("test");
            awaitThat(() -> over || lock.statistics().waiting() == 1);
            lock.release();
        }

        @Override
        void after(boolean done) {
            assertTrue(held, "the task had lost the lock");
            awaitThat(() -> required(other).isDone());
            assertEquals(0, condition.statistics().waiting());
            lock.run(() -> {});
        }
    }

    static final class OwnerEnds extends SpaceScene {
        final TaskLock lock = new TaskLock();
        final AtomicInteger ended = new AtomicInteger();
        final Event go = new Event();
        @Override
        boolean failsAtItsEnd() {
            return true;
        }

        @Override
        void step() {
            lock.acquire();
            go.await();
        }

        @Override
        void meanwhile() {
            for (int i = 0; i < 3; i++) {
                nursery().startSoon("waits " + i, () -> {
                    try {
                        lock.run(() -> {});
                    } catch (BrokenException expected) {
                        // its owner has ended
                    }
                    ended.incrementAndGet();
                });
            }
            awaitThat(() -> lock.statistics().waiting() == 3 || ended.get() > 0);
            go.set();
        }

        @Override
        void after(boolean done) {
            lock.statistics();
            awaitThat(() -> ended.get() == 3);
        }
    }

    static final class AwaitASemaphore extends SpaceScene {
        final TaskSemaphore semaphore = new TaskSemaphore(1);

        @Override
        void before(Nursery nursery) {
            semaphore.acquire();
        }

        @Override
        void step() {
            semaphore.run(() -> {});
        }

        @Override
        void meanwhile() {
            semaphore.release();
        }

        @Override
        void after(boolean done) {
            semaphore.run(() -> {});
            assertEquals(1, semaphore.statistics().permits());
        }
    }

    static final class AwaitALimiter extends SpaceScene {
        final CapacityLimiter limiter = new CapacityLimiter(1);

        @Override
        void before(Nursery nursery) {
            limiter.acquireOnBehalfOf(this);
        }

        @Override
        void step() {
            limiter.run(() -> {});
        }

        @Override
        void meanwhile() {
            limiter.releaseOnBehalfOf(this);
        }

        @Override
        void after(boolean done) {
            limiter.run(() -> {});
            assertEquals(0, limiter.statistics().borrowed());
        }
    }

    static final class GrowALimiter extends EndsWaits {
        final CapacityLimiter limiter = new CapacityLimiter(0);

        GrowALimiter() {
            super(30);
        }

        @Override
        void waits() {
            limiter.run(() -> {});
        }

        @Override
        int waiting() {
            return limiter.statistics().waiting();
        }

        @Override
        void step() {
            limiter.setTotal(30);
        }

        @Override
        void after(boolean done) {
            super.after(done);
            assertEquals(0, limiter.statistics().borrowed());
        }
    }

    static final class SetAnEvent extends EndsWaits {
        final Event event = new Event();
        final AtomicInteger told = new AtomicInteger();

        SetAnEvent() {
            super(3);
        }

        @Override
        void before(Nursery nursery) {
            for (int i = 0; i < 3; i++) event.addHook(told::incrementAndGet);
            super.before(nursery);
        }

        @Override
        void waits() {
            event.await();
        }

        @Override
        int waiting() {
            return event.statistics().waiting();
        }

        @Override
        void step() {
            event.set();
        }

        @Override
        void after(boolean done) {
            super.after(done);
            awaitThat(() -> told.get() == 3);
        }
    }

    static final class EndARound extends EndsWaits {
        final TaskBarrier barrier = new TaskBarrier(20);

        EndARound() {
            super(19);
        }

        @Override
        void waits() {
            barrier.await();
        }

        @Override
        int waiting() {
            return barrier.statistics().waiting();
        }

        @Override
        void step() {
            barrier.await();
        }

        @Override
        void after(boolean done) {
            super.after(done);
            assertEquals(0, barrier.statistics().waiting());
        }
    }

    static final class WaitAtABarrier extends SpaceScene {
        final TaskBarrier barrier = new TaskBarrier(2);
        final AtomicInteger ended = new AtomicInteger();
        @Override
        void step() {
            barrier.await();
        }

        @Override
        void meanwhile() {
            nursery().startSoon("other", () -> {
                barrier.await();
                ended.incrementAndGet();
            });
        }

        @Override
        void after(boolean done) {
            if (!done) barrier.await();
            awaitThat(() -> ended.get() == 1);
            assertEquals(0, barrier.statistics().waiting());
        }
    }

    static final class BreakALot extends EndsWaits {
        final ParkingLot lot = new ParkingLot();

        BreakALot() {
            super(3);
        }

        @Override
        void waits() {
            assertThrows(BrokenException.class, lot::park);
        }

        @Override
        int waiting() {
            return lot.statistics().waiting();
        }

        @Override
        void step() {
            lot.breakLot("test");
        }
    }
}
