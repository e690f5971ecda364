package dev.structured.core.channel;

import dev.structured.core.BrokenException;
import dev.structured.core.Checkpoints;
import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the receiving handles of one channel share: its buffer, and who waits for an item. Where items come from is the
/// subclass's affair: senders of its own ([Pipe]), or a [Broadcast] ([BroadcastLane]).
///
/// ```
///   source ──▶ buffer, up to its capacity ──▶ receivers that wait, in the order of their coming
/// ```
///
/// Invariants, whenever the lock is free, of waits that are not decided:
///
/// 1. If a receiver waits, the buffer is empty, the source has nothing to give, and it has not ended.
/// 2. An item is in one place: the source, the buffer, or a receiver. It moves under the lock, and to or from a task
///    that waits only with the decision of that wait. So who is cancelled has not sent, and has not received.
/// 3. Nobody overtakes: an item that comes is the first waiting receiver's, at once and whether or not that task runs.
abstract class ReceiveSide<T> {
    final ChannelLock lock;
    final String name;
    final int capacity;
    private final Object purpose;

    /// All guarded by the lock.
    private final ArrayDeque<T> buffer = new ArrayDeque<>();
    private final WaitQueue<Waiting<T>> receivers = new WaitQueue<>();
    private int openReceivers = 1;
    private boolean ended;
    private int peak;
    private long sent;
    private long received;
    private long discarded;

    ReceiveSide(ChannelLock lock, String name, int capacity) {
        this.lock = lock;
        this.name = name;
        this.capacity = capacity;
        this.purpose = "an item of " + name;
    }

    /* --- The source: what it does, and what it may use. Holding the lock --- */

    /// The buffer has got room: a source that has an item puts it in.
    abstract void refill();

    /// Returns an item that no buffer had to take, straight from the source; null if there is none.
    abstract @Nullable T takeFromSource();

    /// Nobody will receive any more.
    abstract void unread();

    /// Returns why receiving is in vain although it has not ended; null if it is not.
    abstract @Nullable String broken();

    /// Returns how many sending handles are open.
    abstract int openSenders();

    /// Returns how many tasks wait for room.
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
        for (Waiting<T> receiver = receivers.poll(); receiver != null; receiver = receivers.poll()) {
            receiver.item = item;
            if (!receiver.wait.decide(receiver)) continue;
            lock.wakeLater(receiver);
            sent++;
            received++;
            return true;
        }
        return false;
    }

    /// Puts the item behind the others. There is room.
    final void keep(T item) {
        buffer.add(item);
        sent++;
        peak = Math.max(peak, buffer.size());
    }

    final void dropOldest() {
        buffer.remove();
        discarded++;
    }

    final void dropAll() {
        discarded += buffer.size();
        buffer.clear();
    }

    /// Nothing will come any more. Whoever waits for it is told; nobody does unless the buffer is empty.
    final void end() {
        ended = true;
        tellReceivers(Closure.END);
    }

    final void tellReceivers(Closure closure) {
        receivers.removeIf(_ -> true, receiver -> lock.tell(receiver, closure));
    }

    /* --- Receiving --- */

    final T receive(ReceiveChannel<T> handle) {
        Checkpoints.pass();
        T item;
        Closure closure = null;
        Waiting<T> waiting = null;
        lock.lock();
        try {
            item = take(handle);
            if (item == null) closure = closure(handle);
            if (item == null && closure == null) waiting = enlist(handle, Wait.of(purpose));
        } finally {
            lock.unlock();
        }
        if (waiting != null) return await(waiting);
        if (closure != null) throw inVain(closure);
        return present(item);
    }

    final @Nullable T tryReceive(ReceiveChannel<T> handle) {
        lock.lock();
        try {
            T item = take(handle);
            Closure closure = item == null ? closure(handle) : null;
            if (closure != null) throw exception(closure);
            return item;
        } finally {
            lock.unlock();
        }
    }

    final List<T> receiveUpTo(ReceiveChannel<T> handle, int most) {
        List<T> items = new ArrayList<>();
        items.add(receive(handle));
        lock.lock();
        try {
            while (items.size() < most) {
                T item = take(handle); // which may have been closed meanwhile
                if (item == null) break;
                items.add(item);
            }
        } finally {
            lock.unlock();
        }
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

    /// Returns why an item that is not there will not come; null if it may. Holding the lock.
    final @Nullable Closure closure(ReceiveChannel<T> handle) {
        if (handle.closed) return Closure.CLOSED;
        if (broken() != null) return Closure.BROKEN;
        return ended && buffer.isEmpty() ? Closure.END : null;
    }

    /// Lets the wait end with an item. Holding the lock.
    final Waiting<T> enlist(ReceiveChannel<T> handle, Wait<Waiting<?>> wait) {
        Waiting<T> waiting = new Waiting<>(wait, handle, null);
        receivers.add(waiting);
        return waiting;
    }

    final void delist(Waiting<T> waiting) {
        lock.leave(receivers, waiting);
    }

    private T await(Waiting<T> waiting) {
        waiting.wait.await(() -> delist(waiting));
        if (waiting.closure != null) throw inVain(waiting.closure);
        return present(waiting.item);
    }

    @SuppressWarnings("NullAway") // who decides a wait has set its item, or its closure
    private static <T> T present(@Nullable T item) {
        return item;
    }

    /// Returns what to throw to a task. Who has closed the channel may have done so because of a cancellation that this
    /// task is to see too: not a failure, and least of all the regular end of the values.
    final RuntimeException inVain(Closure closure) {
        Checkpoints.checkCancelled();
        return exception(closure);
    }

    private RuntimeException exception(Closure closure) {
        return switch (closure) {
            case CLOSED -> new ChannelClosedException("This receiving handle of " + name
                    + " is closed: receive before closing it, or from a duplicate");
            case BROKEN -> new BrokenException(purpose, String.valueOf(broken()));
            case END -> new EndOfChannelException(
                    "There are no more items in " + name + ": every sending handle is closed");
        };
    }

    /* --- Handles --- */

    final ReceiveChannel<T> duplicate(ReceiveChannel<T> handle) {
        lock.lock();
        try {
            if (handle.closed) throw exception(Closure.CLOSED);
            openReceivers++;
            return new ReceiveChannel<>(this);
        } finally {
            lock.unlock();
        }
    }

    final void close(ReceiveChannel<T> handle) {
        lock.lock();
        try {
            if (handle.closed) return;
            handle.closed = true;
            openReceivers--;
            receivers.removeIf(waiting -> waiting.handle == handle,
                    waiting -> lock.tell(waiting, Closure.CLOSED));
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
            return new ChannelStatistics(capacity, buffer.size(), peak, openSenders(), openReceivers,
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
