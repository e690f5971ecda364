package dev.structured.core.channel;

import dev.structured.core.Checkpoints;
import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import org.jspecify.annotations.Nullable;

/// A plain channel: a receive side with senders of its own.
///
/// ```
///   waiting senders, in the order of their arrival ──▶ buffer ──▶ waiting receivers
/// ```
///
/// Besides the invariants of [ReceiveSide]: if a sender waits, the buffer is full, no task waits to receive,
/// and a receiving handle is open. (A [Select] may wait on both sides of one channel; it does not send to
/// itself.) A free slot belongs to the first waiting sender at once, whether or not that task runs.
final class Pipe<T> extends ReceiveSide<T> {
    private final Object purpose;
    private final BriefSpin spin = new BriefSpin();

    /// All guarded by the lock.
    private final WaitQueue<Waiting<T>> senders = new WaitQueue<>();
    private int openSenders = 1;
    /// The first cause with which a sending handle was closed; null if there was none.
    private @Nullable Failure failure;

    Pipe(String name, int capacity) {
        super(new ChannelLock(), name, capacity);
        this.purpose = "room in " + name;
    }

    /* --- Sending --- */

    void send(SendChannel<T> handle, T item) {
        Checkpoints.quickCheckpoint();
        Closure closure;
        Waiting<T> waiting = null;
        lock.lock();
        try {
            closure = sendClosure(handle);
            if (closure == null && !offer(item)) waiting = enlist(handle, Wait.cancellable(purpose), item);
        } finally {
            lock.unlock();
        }
        if (closure != null) throw sendInVain(closure);
        if (waiting != null) await(waiting);
    }

    boolean trySend(SendChannel<T> handle, T item) {
        Closure closure;
        boolean sent;
        lock.lock();
        try {
            closure = sendClosure(handle);
            sent = closure == null && offer(item);
        } finally {
            lock.unlock();
        }
        if (closure != null) throw sendException(closure);
        return sent;
    }

    /// Returns the reason why nothing can be sent; null if items can. Holding the lock.
    @Nullable
    Closure sendClosure(SendChannel<T> handle) {
        if (handle.closed) return Closure.CLOSED;
        return isRead() ? null : Closure.BROKEN;
    }

    /// Sends the item if that needs no waiting. Holding the lock.
    ///
    /// @return false if it needs waiting
    boolean offer(T item) {
        if (handOver(item)) return true;
        if (isFull()) return false;
        keep(item);
        return true;
    }

    /// Puts the wait, with its item, into the queue of senders. Holding the lock.
    Waiting<T> enlist(SendChannel<T> handle, Wait<Waiting<?>> wait, T item) {
        Waiting<T> waiting = new Waiting<>(wait, handle.users, item, lock, senders);
        ChannelLock.add(senders, waiting);
        return waiting;
    }

    private void await(Waiting<T> waiting) {
        if (capacity == 0) spin.await(waiting.wait);
        waiting.wait.await(waiting);
        if (waiting.closure != null) throw sendInVain(waiting.closure);
    }

    /// Returns the exception to throw to a task; see [ReceiveSide#inVain].
    RuntimeException sendInVain(Closure closure) {
        Checkpoints.checkCancelled();
        return sendException(closure);
    }

    private RuntimeException sendException(Closure closure) {
        if (closure == Closure.BROKEN)
            return Wait.broken(purpose, "every receiving handle is closed", null);
        return new ChannelClosedException("This sending handle of " + name
                + " is closed: send before closing it, or on a duplicate");
    }

    /* --- As a source --- */

    @Override
    void refill() {
        T item = takeFromSource();
        if (item != null) keep(item);
    }

    @Override
    @Nullable
    T takeFromSource() {
        for (Waiting<T> sender = ChannelLock.poll(senders); sender != null; sender = ChannelLock
                .poll(senders)) {
            if (!sender.wait.decide(sender)) continue;
            lock.wakeLater(sender);
            return sender.item;
        }
        return null;
    }

    @Override
    void unread() {
        lock.tellAll(senders, Closure.BROKEN);
    }

    @Override
    int openSenders() {
        return openSenders;
    }

    @Override
    int waitingSenders() {
        return senders.size();
    }

    /* --- Handles --- */

    SendChannel<T> duplicate(SendChannel<T> handle) {
        lock.lock();
        try {
            if (!handle.closed) {
                SendChannel<T> another = new SendChannel<>(this);
                openSenders++;
                return another;
            }
        } finally {
            lock.unlock();
        }
        throw sendException(Closure.CLOSED);
    }

    /// @param cause the reason why the holder of the handle has not sent everything; null if it has
    void close(SendChannel<T> handle, @Nullable Failure cause) {
        lock.lockToFinish();
        try {
            if (handle.closed) return;
            handle.closed = true;
            openSenders--;
            if (failure == null) failure = cause;
            lock.tell(handle.users, senders, Closure.CLOSED);
            if (openSenders == 0) end(failure);
        } finally {
            lock.unlock();
        }
    }

    /// Ends the items, even if sending handles are open.
    ///
    /// @param cause the reason why some items were not sent; null if all were
    void endNow(@Nullable Failure cause) {
        lock.lockToFinish();
        try {
            end(cause == null ? failure : cause);
        } finally {
            lock.unlock();
        }
    }
}
