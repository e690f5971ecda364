package dev.structured.core.channel;

import dev.structured.core.BrokenException;
import dev.structured.core.Checkpoints;
import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import org.jspecify.annotations.Nullable;

/// A plain channel: a conduit with senders of its own.
///
/// ```
///   senders that wait, in the order of their coming ──▶ buffer ──▶ receivers that wait
/// ```
///
/// Besides those of [Conduit]: if a sender waits, the buffer is full, nobody waits to receive, and a receiving handle is
/// open. (A [Select] may wait on both sides of one channel; it does not send to itself.) A slot that gets free is the
/// first waiting sender's, at once and whether or not that task runs.
final class Pipe<T> extends Conduit<T> {
    private final Object purpose;

    /// All guarded by the lock.
    private final WaitQueue<Waiting<T>> senders = new WaitQueue<>();
    private int openSenders = 1;
    /// Why nothing comes although the values have not ended; null if it may.
    private @Nullable String broken;

    Pipe(String name, int capacity) {
        super(new ChannelLock(), name, capacity);
        this.purpose = "room in " + name;
    }

    /* --- Sending --- */

    void send(SendChannel<T> handle, T item) {
        Checkpoints.pass();
        Ending ending;
        Waiting<T> waiting = null;
        lock.lock();
        try {
            ending = sendEnding(handle);
            if (ending == null && !offer(item)) waiting = enlist(handle, Wait.of(purpose), item);
        } finally {
            lock.unlock();
        }
        if (ending != null) throw sendInVain(ending);
        if (waiting != null) await(waiting);
    }

    boolean trySend(SendChannel<T> handle, T item) {
        lock.lock();
        try {
            Ending ending = sendEnding(handle);
            if (ending != null) throw sendException(ending);
            return offer(item);
        } finally {
            lock.unlock();
        }
    }

    /// Returns why nothing can be sent; null if it can. Holding the lock.
    @Nullable
    Ending sendEnding(SendChannel<T> handle) {
        if (handle.closed) return Ending.CLOSED;
        return isRead() ? null : Ending.BROKEN;
    }

    /// Sends the item if that needs no waiting. Holding the lock.
    ///
    /// @return false if it does
    boolean offer(T item) {
        if (handOver(item)) return true;
        if (isFull()) return false;
        keep(item);
        return true;
    }

    /// Lets the wait end with the item's being sent. Holding the lock.
    Waiting<T> enlist(SendChannel<T> handle, Wait<Waiting<?>> wait, T item) {
        Waiting<T> waiting = new Waiting<>(wait, handle, item);
        senders.add(waiting);
        return waiting;
    }

    void delistSender(Waiting<T> waiting) {
        lock.leave(senders, waiting);
    }

    private void await(Waiting<T> waiting) {
        waiting.wait.await(() -> delistSender(waiting));
        if (waiting.ending != null) throw sendInVain(waiting.ending);
    }

    /// Returns what to throw to a task; see [Conduit#inVain].
    RuntimeException sendInVain(Ending ending) {
        Checkpoints.checkCancelled();
        return sendException(ending);
    }

    private RuntimeException sendException(Ending ending) {
        if (ending == Ending.BROKEN) return new BrokenException(purpose, "every receiving handle is closed");
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
        for (Waiting<T> sender = senders.poll(); sender != null; sender = senders.poll()) {
            if (!sender.wait.decide(sender)) continue;
            lock.wakeLater(sender);
            return sender.item;
        }
        return null;
    }

    @Override
    void unread() {
        senders.removeIf(_ -> true, sender -> lock.tell(sender, Ending.BROKEN));
    }

    @Override
    @Nullable
    String broken() {
        return broken;
    }

    @Override
    int openSenders() {
        return openSenders;
    }

    @Override
    int waitingSenders() {
        return senders.size();
    }

    /* --- Its end --- */

    /// Nothing will come any more, whatever sending handles are open.
    ///
    /// @param why it is not the end of the values; null if it is
    void over(@Nullable String why) {
        lock.lock();
        try {
            broken = why;
            if (why == null) end();
            else
                tellReceivers(Ending.BROKEN);
        } finally {
            lock.unlock();
        }
    }

    /* --- Handles --- */

    SendChannel<T> duplicate(SendChannel<T> handle) {
        lock.lock();
        try {
            if (handle.closed) throw sendException(Ending.CLOSED);
            openSenders++;
            return new SendChannel<>(this);
        } finally {
            lock.unlock();
        }
    }

    void close(SendChannel<T> handle) {
        lock.lock();
        try {
            if (handle.closed) return;
            handle.closed = true;
            openSenders--;
            senders.removeIf(waiting -> waiting.handle == handle,
                    waiting -> lock.tell(waiting, Ending.CLOSED));
            if (openSenders == 0) end();
        } finally {
            lock.unlock();
        }
    }
}
