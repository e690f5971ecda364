package dev.structured.core.channel;

import dev.structured.core.BrokenException;
import dev.structured.core.Cancelled;
import java.util.Objects;

/// A handle to send items into a channel. **Thread-safe**; any number of tasks may use it.
///
/// Each side of a channel counts its open handles: the values have ended when every sending handle has been closed. So a
/// producer that comes in several tasks gives each a [#duplicate()], which each closes when it is done.
///
/// @param <T> the items; never null
public final class SendChannel<T> implements AutoCloseable {
    private final Pipe<T> pipe;
    /// Guarded by the pipe's lock.
    boolean closed;

    SendChannel(Pipe<T> pipe) {
        this.pipe = pipe;
    }

    Pipe<T> pipe() {
        return pipe;
    }

    /// Sends the item: hands it to the receiver that has waited longest, or else into the buffer; if that is full, waits
    /// until there is room. Without a buffer it returns when the item has been received. **Checkpoint.** If it throws, the
    /// item has not been sent, and nobody will receive it.
    ///
    /// @throws ChannelClosedException if this handle is closed, or is closed meanwhile
    /// @throws BrokenException if every receiving handle is closed, or the last one is closed meanwhile
    /// @throws Cancelled if a scope around the task is cancelled before the item is sent
    /// @throws IllegalStateException if the calling thread runs no task
    public void send(T item) {
        pipe.send(this, Objects.requireNonNull(item, "item"));
    }

    /// Sends the item if that needs no waiting. **Not a checkpoint**, and not only for tasks.
    ///
    /// @return false if it does: the item has then not been sent
    /// @throws ChannelClosedException if this handle is closed
    /// @throws BrokenException if every receiving handle is closed
    public boolean trySend(T item) {
        return pipe.trySend(this, Objects.requireNonNull(item, "item"));
    }

    /// Returns one more handle to send into the same channel, to be closed by itself. **Not a checkpoint.**
    ///
    /// @throws ChannelClosedException if this handle is closed
    public SendChannel<T> duplicate() {
        return pipe.duplicate(this);
    }

    /// Closes this handle; does nothing if it is closed. **Wakes** tasks that wait in [#send] of this very handle, which
    /// then have not sent; if no other is open, also those that wait to receive. **Not a checkpoint**; works whatever is
    /// cancelled.
    @Override
    public void close() {
        pipe.close(this);
    }

    /// Returns what there is to know of the channel at this moment.
    public ChannelStatistics statistics() {
        return pipe.statistics();
    }

    @Override
    public String toString() {
        return "SendChannel[" + pipe + "]";
    }
}
