package dev.structured.core.channel;

import dev.structured.core.WaitQueue;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The one lock of a channel, or of all lanes of a [Broadcast], and the tasks to be woken when it has been
/// released: no task is woken while it is held.
///
/// A [Select] holds the locks of all its channels at once. Every select takes them in the order of their
/// numbers, so selects never wait for each other in a circle.
///
/// It is held for some tens of nanoseconds, by code that never waits: so the thread that has it keeps its
/// carrier, and releases it soon unless the machine takes the carrier's core away. Therefore nobody queues
/// for it, and releasing it is one write without a fence, half the cost of a lock that has to look for
/// threads to wake. A thread that finds it taken looks again: at once for a while, then after letting others
/// run, then after pauses. It cannot be taken twice by one thread.
final class ChannelLock {
    private static final int LOOKS = 100;
    private static final int YIELDS = 50;
    private static final long PAUSE_NANOS = 50_000;

    private static final AtomicLong NUMBERS = new AtomicLong();
    private static final VarHandle HELD;

    static {
        try {
            HELD = MethodHandles.lookup().findVarHandle(ChannelLock.class, "held", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final long number = NUMBERS.getAndIncrement();
    private volatile boolean held;

    /// The number of calls of [#draw]. Guarded by the lock.
    private long draws;

    /// The tasks whose waits have been decided, in that order. Both guarded by the lock.
    private @Nullable Waiting<?> first;
    private @Nullable Waiting<?> last;

    void lock() {
        if (!HELD.compareAndSet(this, false, true)) lockSlowly();
    }

    @SuppressWarnings("ThreadPriorityCheck") // the thread that has it needs a core, and may need this one
    private void lockSlowly() {
        int tries = 0;
        do {
            if (++tries <= LOOKS) Thread.onSpinWait();
            else
                Thread.yield();
            // Not for long: nobody wakes it. A thread that is interrupted does not pause, it only yields.
            if (tries > LOOKS + YIELDS) LockSupport.parkNanos(this, PAUSE_NANOS);
        } while (held || !HELD.compareAndSet(this, false, true));
    }

    /// Returns a number from 0 below `count`, from the sequence of the multiples of the golden ratio. These
    /// are spread evenly, even if only every second or third number is used. Holding the lock.
    int draw(int count) {
        return spread(draws++, count);
    }

    /// Returns the member of that sequence with the given number.
    static int spread(long number, int count) {
        long fraction = (number * 0x9E3779B97F4A7C15L) >>> 32;
        return (int) ((fraction * count) >>> 32);
    }

    /// Remembers to wake the task, whose wait the caller has decided. Holding the lock.
    void wakeLater(Waiting<?> decided) {
        if (last == null) first = decided;
        else
            last.following = decided;
        last = decided;
    }

    /// Ends the wait of an entry that has been taken out of its queue. Holding the lock.
    void tell(Waiting<?> waiting, Closure closure) {
        waiting.closure = closure;
        if (waiting.wait.decide(waiting)) wakeLater(waiting);
    }

    /// Takes an entry whose wait was not completed out of its queue. Holding no lock.
    <T> void leave(WaitQueue<Waiting<T>> queue, Waiting<T> waiting) {
        lock();
        queue.remove(waiting); // unless it was taken out for an item, and the cancellation came first
        unlock();
    }

    /// Releases the lock, then wakes.
    void unlock() {
        wake(release());
    }

    /// Releases the lock.
    ///
    /// @return the first of the tasks to [#wake] when no lock is held; null if there is none
    @Nullable
    Waiting<?> release() {
        Waiting<?> woken = first;
        if (woken != null) {
            first = null;
            last = null;
        }
        HELD.setRelease(this, false);
        return woken;
    }

    static void wake(@Nullable Waiting<?> woken) {
        while (woken != null) {
            Waiting<?> next = woken.following;
            woken.wait.wake();
            woken = next;
        }
    }
}
