package dev.structured.core.outside;

import dev.structured.core.Checkpoints;
import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import org.jspecify.annotations.Nullable;

/// So many threads and no more, first come first served.
///
/// Invariant, under the lock: if a permit is free, the queue is empty. Only who finds none free queues, and who gives one
/// back empties the queue before it counts as free. So nobody overtakes.
final class Permits implements ThreadLimit {
    private static final class Waiter extends WaitQueue.Entry {
        final Wait<Permits> wait = Wait.of("a free worker thread");
    }

    private final Object lock = new Object();
    /// Both guarded by the lock.
    private final WaitQueue<Waiter> queue = new WaitQueue<>();
    private int free;

    /// @throws IllegalArgumentException if there are to be none
    Permits(int threads) {
        if (threads < 1) throw new IllegalArgumentException("There must be at least one thread: " + threads);
        free = threads;
    }

    @Override
    public void acquire(Object work) {
        Checkpoints.checkCancelled();
        Waiter waiter = takeOrQueue();
        if (waiter == null) {
            Checkpoints.schedulePoint();
            return;
        }
        try {
            waiter.wait.await();
        } finally {
            synchronized (lock) {
                queue.remove(waiter); // does nothing if whoever decided has taken it out
            }
        }
    }

    private @Nullable Waiter takeOrQueue() {
        synchronized (lock) {
            if (free > 0) {
                free--;
                return null;
            }
            Waiter waiter = new Waiter();
            queue.add(waiter);
            return waiter;
        }
    }

    @Override
    public void release(Object work) {
        Waiter next;
        synchronized (lock) {
            next = nextThatStillWaits();
            if (next == null) free++;
        }
        if (next != null) next.wait.wake();
    }

    /// Holding the lock.
    private @Nullable Waiter nextThatStillWaits() {
        for (Waiter waiter = queue.poll(); waiter != null; waiter = queue.poll()) {
            if (waiter.wait.decide(this)) return waiter;
        }
        return null;
    }

    @Override
    public int waiting() {
        synchronized (lock) {
            return queue.size();
        }
    }

    int free() {
        synchronized (lock) {
            return free;
        }
    }
}
