package dev.structured.bench;

import dev.structured.core.sync.CapacityLimiter;
import dev.structured.core.sync.TaskLock;
import dev.structured.core.sync.TaskSemaphore;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;

/// A lock, or a semaphore or limiter with one permit, of this library or of the JDK.
interface LockPeer {
    /// The names of the locks, ours first.
    List<String> LOCKS = List.of("TaskLock", "FairLock", "UnfairLock");
    /// The names of the semaphores, ours first.
    List<String> SEMAPHORES = List.of("TaskSemaphore", "FairSemaphore", "UnfairSemaphore");
    /// The names of the limiters, ours first. The JDK has none, so its semaphores are the peers.
    List<String> LIMITERS = List.of("CapacityLimiter", "FairSemaphore", "UnfairSemaphore");

    void enter() throws InterruptedException;

    void leave();

    /// Returns a new one of that peer.
    static LockPeer open(String peer) {
        return switch (peer) {
            case "TaskLock" -> new OurLock(new TaskLock());
            case "FairLock" -> new Lock(new ReentrantLock(true));
            case "UnfairLock" -> new Lock(new ReentrantLock());
            case "TaskSemaphore" -> new OurSemaphore(new TaskSemaphore(1));
            case "FairSemaphore" -> new Permit(new Semaphore(1, true));
            case "UnfairSemaphore" -> new Permit(new Semaphore(1));
            case "CapacityLimiter" -> new OurLimiter(new CapacityLimiter(1));
            default ->
                throw new IllegalArgumentException(
                        "'" + peer + "' is none of " + LOCKS + SEMAPHORES + LIMITERS);
        };
    }

    /// Returns the workers that use that peer.
    static Workers workers(String peer) {
        boolean ours = LOCKS.indexOf(peer) == 0 || SEMAPHORES.indexOf(peer) == 0
                || LIMITERS.indexOf(peer) == 0;
        return ours ? Workers.ofTasks() : Workers.ofThreads();
    }

    /// Of this library.
    record OurLock(TaskLock lock) implements LockPeer {
        @Override
        public void enter() {
            lock.acquire();
        }

        @Override
        public void leave() {
            lock.release();
        }
    }

    /// Of this library.
    record OurSemaphore(TaskSemaphore semaphore) implements LockPeer {
        @Override
        public void enter() {
            semaphore.acquire();
        }

        @Override
        public void leave() {
            semaphore.release();
        }
    }

    /// Of this library.
    record OurLimiter(CapacityLimiter limiter) implements LockPeer {
        @Override
        public void enter() {
            limiter.acquire();
        }

        @Override
        public void leave() {
            limiter.release();
        }
    }

    /// The JDK's, acquired interruptibly, as this library's can be cancelled.
    record Lock(ReentrantLock lock) implements LockPeer {
        @Override
        public void enter() throws InterruptedException {
            lock.lockInterruptibly();
        }

        @Override
        public void leave() {
            lock.unlock();
        }
    }

    /// Of the JDK.
    record Permit(Semaphore semaphore) implements LockPeer {
        @Override
        public void enter() throws InterruptedException {
            semaphore.acquire();
        }

        @Override
        public void leave() {
            semaphore.release();
        }
    }
}
