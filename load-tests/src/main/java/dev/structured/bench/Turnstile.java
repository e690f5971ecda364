package dev.structured.bench;

import dev.structured.core.sync.CapacityLimiter;
import dev.structured.core.sync.TaskLock;
import dev.structured.core.sync.TaskSemaphore;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;

/// A lock of some make, or a semaphore of one permit: one task at a time is past it.
interface Turnstile {
    /// Names of the peers of locks; the first is ours.
    List<String> LOCKS = List.of("TaskLock", "FairLock", "UnfairLock");
    /// Names of the peers of semaphores; the first is ours.
    List<String> SEMAPHORES = List.of("TaskSemaphore", "FairSemaphore", "UnfairSemaphore");
    /// Names of the peers of limiters, which the JDK has none of; the first is ours.
    List<String> LIMITERS = List.of("CapacityLimiter", "FairSemaphore", "UnfairSemaphore");

    void enter() throws InterruptedException;

    void leave();

    /// Returns a new one.
    static Turnstile open(String peer) {
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

    /// Returns who uses those of that peer.
    static Crew crew(String peer) {
        boolean ours = LOCKS.indexOf(peer) == 0 || SEMAPHORES.indexOf(peer) == 0
                || LIMITERS.indexOf(peer) == 0;
        return ours ? Crew.ofTasks() : Crew.ofThreads();
    }

    /// Ours.
    record OurLock(TaskLock lock) implements Turnstile {
        @Override
        public void enter() {
            lock.acquire();
        }

        @Override
        public void leave() {
            lock.release();
        }
    }

    /// Ours.
    record OurSemaphore(TaskSemaphore semaphore) implements Turnstile {
        @Override
        public void enter() {
            semaphore.acquire();
        }

        @Override
        public void leave() {
            semaphore.release();
        }
    }

    /// Ours.
    record OurLimiter(CapacityLimiter limiter) implements Turnstile {
        @Override
        public void enter() {
            limiter.acquire();
        }

        @Override
        public void leave() {
            limiter.release();
        }
    }

    /// The JDK's. In the way that can be interrupted, as ours can be cancelled.
    record Lock(ReentrantLock lock) implements Turnstile {
        @Override
        public void enter() throws InterruptedException {
            lock.lockInterruptibly();
        }

        @Override
        public void leave() {
            lock.unlock();
        }
    }

    /// The JDK's.
    record Permit(Semaphore semaphore) implements Turnstile {
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
