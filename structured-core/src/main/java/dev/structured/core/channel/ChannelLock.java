package dev.structured.core.channel;

import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The one lock of a channel, or of all lanes of a [Broadcast], and the tasks to be woken when it has been
/// released: no task is woken while it is held.
///
/// A [Select] holds the locks of all its channels at once: see [#lockAll].
final class ChannelLock {
    private static final AtomicLong NUMBERS = new AtomicLong();

    final long number = NUMBERS.getAndIncrement();
    private final BriefLock lock = new BriefLock();

    /// The number of calls of [#draw]. Guarded by the lock.
    private long draws;

    /// The tasks whose waits have been decided, in that order. Both guarded by the lock.
    private @Nullable Waiting<?> first;
    private @Nullable Waiting<?> last;

    /// Takes the lock for steps that may leave something to be given back or waited for.
    ///
    /// @throws StackOverflowError if the stack could end before the lock is released and all are woken
    void lock() {
        Wait.requireStack();
        lock.lock();
    }

    /// Takes the lock for steps that end what was begun.
    ///
    /// @throws StackOverflowError as by [#lock()], which asks for more
    void lockToFinish() {
        Wait.requireStackToFinish();
        lock.lock();
    }

    /// Takes all of the locks. All selects take them in the order of their numbers, so selects never wait for
    /// each other in a circle. If one is taken for long, this gives back those before it, waits, and begins
    /// anew: a thread that has a lock must not wait for long. The caller has made sure of its stack.
    ///
    /// @param locks in the order of their numbers
    static void lockAll(List<ChannelLock> locks) {
        for (BriefLock taken = tryAll(locks); taken != null; taken = tryAll(locks)) taken.awaitFree();
    }

    /// Takes all of the locks, or none.
    ///
    /// @return the one that another thread has had for long; null if there is none
    private static @Nullable BriefLock tryAll(List<ChannelLock> locks) {
        for (int i = 0; i < locks.size(); i++) {
            BriefLock next = locks.get(i).lock;
            if (next.tryLockSoon()) continue;
            for (int before = 0; before < i; before++) locks.get(before).lock.unlock();
            return next;
        }
        return null;
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

    /// Puts the entry at the end of the queue. Holding the lock.
    static <T> void add(WaitQueue<Waiting<T>> queue, Waiting<T> waiting) {
        queue.add(waiting);
        waiting.users.entered(waiting);
    }

    /// Takes the first entry out of the queue; returns null if there is none. Holding the lock.
    static <T> @Nullable Waiting<T> poll(WaitQueue<Waiting<T>> queue) {
        Waiting<T> first = queue.poll();
        if (first != null) first.users.left(first);
        return first;
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

    /// Ends the waits of all entries, which this takes out of the queue. Takes no space. Holding the lock.
    <T> void tellAll(WaitQueue<Waiting<T>> queue, Closure closure) {
        for (Waiting<T> each = poll(queue); each != null; each = poll(queue)) tell(each, closure);
    }

    /// Ends the waits of those that use the handle, all of which are in the queue. Takes them out, and takes
    /// no space. Holding the lock.
    @SuppressWarnings("unchecked") // a handle is used for one queue
    <T> void tell(Users users, WaitQueue<Waiting<T>> queue, Closure closure) {
        for (Waiting<?> each = users.first(); each != null; each = users.first()) {
            Waiting<T> waiting = (Waiting<T>) each;
            queue.remove(waiting);
            users.left(waiting);
            tell(waiting, closure);
        }
    }

    /// Takes an entry whose wait was not completed out of its queue. Holding no lock. The task has made sure
    /// of its stack before the wait.
    <T> void leave(WaitQueue<Waiting<T>> queue, Waiting<T> waiting) {
        lock.lock();
        withdraw(queue, waiting);
        unlock();
    }

    /// Takes an entry out of its queue, unless it was taken out for an item, and a cancellation came first.
    /// Holding the lock.
    static <T> void withdraw(WaitQueue<Waiting<T>> queue, Waiting<T> waiting) {
        if (queue.remove(waiting)) waiting.users.left(waiting);
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
        lock.unlock();
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
