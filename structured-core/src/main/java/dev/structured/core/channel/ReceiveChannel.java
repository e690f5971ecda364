package dev.structured.core.channel;

import dev.structured.core.BrokenException;
import dev.structured.core.Cancelled;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// A handle to receive items from a channel. **Thread-safe**; any number of tasks may use it: each item is received
/// once, by the task that has waited longest.
///
/// ```java
/// for (Order order : orders) ship(order); // until every sending handle is closed
/// ```
///
/// Each side of a channel counts its open handles: when every receiving one is closed, senders are told that nobody will
/// receive, and what is in the buffer is discarded.
///
/// @param <T> the items; never null
public final class ReceiveChannel<T> implements AutoCloseable, Iterable<T> {
    private final ReceiveSide<T> side;
    /// Guarded by the side's lock.
    boolean closed;

    ReceiveChannel(ReceiveSide<T> side) {
        this.side = side;
    }

    ReceiveSide<T> side() {
        return side;
    }

    /// Receives the next item; waits until there is one. **Checkpoint.** If it throws, nothing has been received, and no
    /// item is lost.
    ///
    /// @throws EndOfChannelException if every sending handle is closed, and every item received
    /// @throws ChannelClosedException if this handle is closed, or is closed meanwhile
    /// @throws BrokenException if this is a reader of a [Broadcast] that has given it up, or the
    ///     [producer][Channels#producing] has failed
    /// @throws Cancelled if a scope around the task is cancelled before an item comes
    /// @throws IllegalStateException if the calling thread runs no task
    public T receive() {
        return side.receive(this);
    }

    /// Receives the next item if that needs no waiting. **Not a checkpoint**, and not only for tasks.
    ///
    /// @return null if there is none now
    /// @throws EndOfChannelException if every sending handle is closed, and every item received
    /// @throws ChannelClosedException if this handle is closed
    /// @throws BrokenException if this is a reader of a [Broadcast] that has given it up, or the
    ///     [producer][Channels#producing] has failed
    public @Nullable T tryReceive() {
        return side.tryReceive(this);
    }

    /// Receives the next item as [#receive] does, and with it those behind it that are there by then, in their order.
    /// **Checkpoint.**
    ///
    /// @param most how many at most; at least 1
    /// @return at least one
    /// @throws EndOfChannelException if every sending handle is closed, and every item received
    /// @throws ChannelClosedException if this handle is closed, or is closed meanwhile
    /// @throws BrokenException if this is a reader of a [Broadcast] that has given it up, or the
    ///     [producer][Channels#producing] has failed
    /// @throws Cancelled if a scope around the task is cancelled before an item comes
    /// @throws IllegalArgumentException if `most` is less than 1
    /// @throws IllegalStateException if the calling thread runs no task
    public List<T> receiveUpTo(int most) {
        if (most < 1) throw new IllegalArgumentException("at least one item is received, not " + most);
        return side.receiveUpTo(this, most);
    }

    /// Returns an iterator that [receives][#receive] each item it goes to and ends at the end of the values. Its `hasNext`
    /// is what waits, and is a **Checkpoint**; an item that it has received and `next` has not returned is lost if the
    /// iterator is given up, which a `for` loop does not do. For one task.
    @Override
    public Iterator<T> iterator() {
        return new Items<>(this);
    }

    private static final class Items<T> implements Iterator<T> {
        private final ReceiveChannel<T> channel;
        private @Nullable T next;
        private boolean over;

        Items(ReceiveChannel<T> channel) {
            this.channel = channel;
        }

        @Override
        public boolean hasNext() {
            if (next != null) return true;
            if (over) return false;
            try {
                next = channel.receive();
            } catch (EndOfChannelException _) {
                over = true;
            }
            return next != null;
        }

        @Override
        public T next() {
            if (!hasNext() || next == null) throw new NoSuchElementException("There are no more items");
            T item = next;
            next = null;
            return item;
        }
    }

    /// Returns one more handle to receive from the same channel, to be closed by itself. **Not a checkpoint.**
    ///
    /// @throws ChannelClosedException if this handle is closed
    public ReceiveChannel<T> duplicate() {
        return side.duplicate(this);
    }

    /// Closes this handle; does nothing if it is closed. **Wakes** tasks that wait in [#receive] of this very handle; if no
    /// other is open, discards what is in the buffer and wakes those that wait to send. **Not a checkpoint**; works
    /// whatever is cancelled.
    @Override
    public void close() {
        side.close(this);
    }

    /// Returns what there is to know of the channel at this moment.
    public ChannelStatistics statistics() {
        return side.statistics();
    }

    @Override
    public String toString() {
        return "ReceiveChannel[" + side + "]";
    }
}
