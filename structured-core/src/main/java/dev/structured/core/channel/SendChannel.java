package dev.structured.core.channel;

import dev.structured.core.Action;
import dev.structured.core.BrokenException;
import dev.structured.core.Cancelled;
import dev.structured.core.Wait;
import java.util.Objects;

/// A handle to send items into a channel. **Thread-safe**; any number of tasks may use it.
///
/// ```java
/// orders.sender().feed(out -> {
///     for (String line : lines) out.send(Order.parse(line));
/// });
/// ```
///
/// Each side of a channel counts its open handles: the items have ended when every sending handle has been
/// closed. If several tasks send, give each a [#duplicate()], which it feeds or closes by itself.
///
/// Receivers have to know whether they got everything. So a handle is closed in one of two ways: because all
/// of its items were sent, or with a cause that receivers get in place of the regular end. [#feed] chooses
/// between them. A handle is not [AutoCloseable], because in a `try (…)` Java calls `close()` even if the
/// block throws, and `close()` cannot tell the difference.
///
/// @param <T> the items; never null
public final class SendChannel<T> {
    private final Pipe<T> pipe;
    /// Guarded by the pipe's lock.
    boolean closed;
    /// The tasks that wait to send by this handle.
    final Users users = new Users();

    SendChannel(Pipe<T> pipe) {
        this.pipe = pipe;
    }

    Pipe<T> pipe() {
        return pipe;
    }

    /// Sends the item: hands it to the receiver that has waited longest, or puts it into the buffer if no
    /// receiver waits; if the buffer is full, waits until there is room. Without a buffer it returns when the
    /// item has been received.
    /// **Checkpoint.** If it throws, the item has not been sent, and no task will receive it.
    ///
    /// @throws ChannelClosedException if this handle is closed, or is closed while the task waits
    /// @throws BrokenException if every receiving handle is closed, or the last one is closed while the task
    ///     waits
    /// @throws Cancelled if a scope around the task is cancelled before the item is sent
    /// @throws IllegalStateException if the calling thread runs no task
    public void send(T item) {
        pipe.send(this, Objects.requireNonNull(item, "item"));
    }

    /// Sends the item if that needs no waiting. **Not a checkpoint**; may be called on any thread.
    ///
    /// @return false if it needs waiting; the item has not been sent then
    /// @throws ChannelClosedException if this handle is closed
    /// @throws BrokenException if every receiving handle is closed
    public boolean trySend(T item) {
        return pipe.trySend(this, Objects.requireNonNull(item, "item"));
    }

    /// Runs the block, which sends the items, and then closes this handle: as [#close()] does if the block
    /// returns, and with the exception as the [cause][#fail] if it throws. So receivers never mistake the
    /// items of a block that failed or was cancelled for the complete list. **Not a checkpoint** by itself.
    ///
    /// @param block called with this handle
    /// @throws X if the block throws it
    public <X extends Exception> void feed(Action<SendChannel<T>, X> block) throws X {
        Wait.requireStack(); // for the end
        try {
            block.accept(this);
        } catch (Throwable thrown) {
            pipe.close(this, Failure.of(thrown));
            throw thrown;
        }
        pipe.close(this, null);
    }

    /// Returns one more handle to send into the same channel, which has to be closed too. **Not a
    /// checkpoint.**
    ///
    /// @throws ChannelClosedException if this handle is closed
    public SendChannel<T> duplicate() {
        return pipe.duplicate(this);
    }

    /// Closes this handle because all of its items were sent; does nothing if it is closed. **Wakes** tasks
    /// that wait in [#send] of this very handle, which then have not sent; if no other handle is open, also
    /// those that wait to receive. **Not a checkpoint**; works even if the task is cancelled.
    ///
    /// Do not call it in a `finally`: use [#feed]. A task that is cancelled has most likely not sent
    /// everything: if it calls this outside of a shield, receivers get a [BrokenException] and not the
    /// regular end.
    public void close() {
        pipe.close(this, Failure.ofCaller());
    }

    /// Closes this handle although not all of its items were sent; does nothing if it is closed. When every
    /// sending handle is closed, receivers get the items that were sent, and then a [BrokenException] with
    /// the cause in place of the regular end. If several handles are closed with a cause, the first one
    /// counts. **Wakes** tasks as [#close()] does. **Not a checkpoint**; works even if the task is cancelled.
    ///
    /// @param cause the exception because of which items are missing. In place of a [Cancelled] receivers get
    ///     a [dev.structured.core.ScopeCancelledException]
    public void fail(Throwable cause) {
        pipe.close(this, Failure.of(Objects.requireNonNull(cause, "cause")));
    }

    /// Returns the statistics of the channel at this moment.
    public ChannelStatistics statistics() {
        return pipe.statistics();
    }

    @Override
    public String toString() {
        return "SendChannel[" + pipe + "]";
    }
}
