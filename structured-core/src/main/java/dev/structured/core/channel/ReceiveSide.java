package dev.structured.core.channel;

import dev.structured.core.Checkpoints;
import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The state that the receiving handles of one channel share: its buffer, and the tasks that wait for an
/// item. A subclass knows the source of the items: senders of its own ([Pipe]), or a [Broadcast]
/// ([BroadcastLane]).
///
/// ```
///   source ──▶ buffer, up to its capacity ──▶ waiting receivers, in the order of their arrival
/// ```
///
/// Invariants, whenever the lock is free, for waits that are not decided:
///
/// 1. If a receiver waits, the buffer is empty, and the source has no item and has not ended.
/// 2. An item is in one place: the source, the buffer, or a receiver. It moves under the lock, and to or from
///    a waiting task only with the decision of that wait. So a task that was cancelled has not sent, and has
///    not received.
/// 3. No receiver overtakes another: a new item belongs to the first waiting receiver at once, whether or not
///    that task runs.
abstract class ReceiveSide<T> {
    final ChannelLock lock;
    final String name;
    final int capacity;
    private final Object purpose;
    private final BriefSpin spin = new BriefSpin();

    /// All guarded by the lock.
    private final Ring<T> buffer;
    private final WaitQueue<Waiting<T>> receivers = new WaitQueue<>();
    private int openReceivers = 1;
    private boolean ended;
    /// The cause, if the items ended before all were sent; otherwise null.
    private @Nullable Failure failure;
    private int peak;
    private long sent;
    private long received;
    private long discarded;

    ReceiveSide(ChannelLock lock, String name, int capacity) {
        this.lock = lock;
        this.name = name;
        this.capacity = capacity;
        this.buffer = new Ring<>(capacity);
        this.purpose = "an item of " + name;
    }

    /* --- The source, and the methods that it may use, all holding the lock --- */

    /// Called when the buffer has room: a source that has an item puts it in.
    abstract void refill();

    /// Returns an item straight from the source, without the buffer; null if there is none.
    abstract @Nullable T takeFromSource();

    /// Called when the last receiving handle is closed: no further item will be received.
    abstract void unread();

    /// Returns the number of open sending handles.
    abstract int openSenders();

    /// Returns the number of tasks that wait for room.
    abstract int waitingSenders();

    final boolean isRead() {
        return openReceivers > 0;
    }

    final boolean isFull() {
        return buffer.size() >= capacity;
    }

    /// Gives the item to the first receiver that still waits.
    ///
    /// @return false if there is none
    final boolean handOver(T item) {
        for (Waiting<T> receiver = ChannelLock.poll(receivers); receiver != null; receiver = ChannelLock
                .poll(receivers)) {
            receiver.item = item;
            if (!receiver.wait.decide(receiver)) continue;
            lock.wakeLater(receiver);
            sent++;
            received++;
            return true;
        }
        return false;
    }

    /// Puts the item behind the others. There must be room.
    final void keep(T item) {
        buffer.add(item);
        sent++;
        peak = Math.max(peak, buffer.size());
    }

    /// Makes sure that so many items, up to the capacity, can be kept besides those that are here: so that
    /// [#keep] cannot fail.
    final void reserve(int more) {
        buffer.reserve((int) Math.min(capacity, (long) buffer.size() + more));
    }

    final void dropOldest() {
        buffer.poll();
        discarded++;
    }

    final void dropAll() {
        discarded += buffer.size();
        buffer.clear();
    }

    /// Ends the items: no more will come. Waiting receivers are woken at once; if there are any, the buffer
    /// is empty. The first end counts.
    ///
    /// @param cause the reason why some items were not sent; null if all were
    final void end(@Nullable Failure cause) {
        if (ended) return;
        ended = true;
        failure = cause;
        Closure closure = cause == null ? Closure.END : Closure.BROKEN;
        lock.tellAll(receivers, closure);
    }

    /* --- Receiving --- */

    final T receive(ReceiveChannel<T> handle) {
        Checkpoints.quickCheckpoint();
        T item;
        Closure closure = null;
        Waiting<T> waiting = null;
        lock.lock();
        try {
            item = take(handle);
            if (item == null) closure = closure(handle);
            if (item == null && closure == null) waiting = enlist(handle, Wait.cancellable(purpose));
        } finally {
            lock.unlock();
        }
        if (waiting != null) return await(waiting);
        if (closure != null) throw inVain(closure);
        return present(item);
    }

    final @Nullable T tryReceive(ReceiveChannel<T> handle) {
        T item;
        Closure closure;
        lock.lock();
        try {
            item = take(handle);
            closure = item == null ? closure(handle) : null;
        } finally {
            lock.unlock();
        }
        if (closure != null) throw exception(closure);
        return item;
    }

    final List<T> receiveUpTo(ReceiveChannel<T> handle, int most) {
        List<@Nullable T> items = new ArrayList<>();
        items.add(null); // a place for each item, before it is taken
        items.set(0, receive(handle));
        try {
            addTo(items, handle, most);
        } catch (VirtualMachineError e) {
            if (items.getLast() == null) items.removeLast(); // what has been received is enough
        }
        return whole(items);
    }

    private void addTo(List<@Nullable T> items, ReceiveChannel<T> handle, int most) {
        lock.lock();
        try {
            while (items.size() < most) {
                items.add(null);
                T item = take(handle); // null if the handle has been closed since
                if (item == null) {
                    items.removeLast();
                    break;
                }
                items.set(items.size() - 1, item);
            }
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("NullAway") // each place has its item
    private static <T> List<T> whole(List<@Nullable T> items) {
        return items;
    }

    /// Takes an item if there is one. Holding the lock.
    final @Nullable T take(ReceiveChannel<T> handle) {
        return handle.closed ? null : poll();
    }

    private @Nullable T poll() {
        T item = buffer.poll();
        if (item != null) refill();
        else {
            item = takeFromSource();
            if (item == null) return null;
            sent++;
        }
        received++;
        return item;
    }

    /// Returns the reason why no further item will come; null if one may come. Holding the lock, after
    /// [#take] has found none.
    final @Nullable Closure closure(ReceiveChannel<T> handle) {
        if (handle.closed) return Closure.CLOSED;
        if (!ended) return null;
        return failure == null ? Closure.END : Closure.BROKEN;
    }

    /// Puts the wait into the queue of receivers. Holding the lock.
    final Waiting<T> enlist(ReceiveChannel<T> handle, Wait<Waiting<?>> wait) {
        Waiting<T> waiting = new Waiting<>(wait, handle.users, null, lock, receivers);
        ChannelLock.add(receivers, waiting);
        return waiting;
    }

    private T await(Waiting<T> waiting) {
        if (capacity == 0) spin.await(waiting.wait);
        waiting.wait.await(waiting);
        if (waiting.closure != null) throw inVain(waiting.closure);
        return present(waiting.item);
    }

    @SuppressWarnings("NullAway") // the item or the closure is set before a wait is decided
    private static <T> T present(@Nullable T item) {
        return item;
    }

    /// Returns the exception to throw to a task. If the task is cancelled, throws the cancellation instead:
    /// the channel may have been closed because of it, which is neither a failure nor the regular end of the
    /// items.
    final RuntimeException inVain(Closure closure) {
        Checkpoints.checkCancelled();
        return exception(closure);
    }

    private RuntimeException exception(Closure closure) {
        return switch (closure) {
            case CLOSED -> closedException();
            case BROKEN -> brokenException();
            case END -> new EndOfChannelException(
                    "There are no more items in " + name + ": every sending handle is closed");
        };
    }

    private RuntimeException closedException() {
        return new ChannelClosedException("This receiving handle of " + name
                + " is closed: receive before closing it, or from a duplicate");
    }

    private RuntimeException brokenException() {
        Failure known = failure; // written before the lock was released, or before this wait was decided
        return known == null
                ? Wait.broken(purpose, "its source is gone", null)
                : Wait.broken(purpose, known.why(), known.cause());
    }

    /* --- Handles --- */

    final ReceiveChannel<T> duplicate(ReceiveChannel<T> handle) {
        lock.lock();
        try {
            if (!handle.closed) {
                ReceiveChannel<T> another = new ReceiveChannel<>(this);
                openReceivers++;
                return another;
            }
        } finally {
            lock.unlock();
        }
        throw closedException();
    }

    final void close(ReceiveChannel<T> handle) {
        lock.lockToFinish();
        try {
            if (handle.closed) return;
            handle.closed = true;
            openReceivers--;
            lock.tell(handle.users, receivers, Closure.CLOSED);
            if (openReceivers > 0) return;
            dropAll();
            unread();
        } finally {
            lock.unlock();
        }
    }

    final ChannelStatistics statistics() {
        lock.lock();
        try {
            return new ChannelSnapshot(capacity, buffer.size(), peak, openSenders(), openReceivers,
                    waitingSenders(), receivers.size(), sent, received, discarded);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final String toString() {
        return name;
    }
}
