package dev.structured.core.channel;

import dev.structured.core.BrokenException;
import dev.structured.core.Cancelled;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// A handle to receive items from a channel. **Thread-safe**; any number of tasks may use it: each item is
/// received once, by the task that has waited longest.
///
/// ```java
/// for (Order order : orders) ship(order); // until every sending handle is closed
/// ```
///
/// The items end in one of two ways, after the last item that was sent. If everything was sent, [#receive]
/// throws an [EndOfChannelException], and a loop ends. If a sending side failed, or was cancelled, before it
/// had sent everything, [#receive] and a loop throw a [BrokenException], whose cause is the sender's
/// exception.
///
/// Each side of a channel counts its open handles: when every receiving handle is closed, sending throws a
/// [BrokenException], and the items in the buffer are discarded.
///
/// @param <T> the items; never null
public final class ReceiveChannel<T> implements AutoCloseable, Iterable<T> {
    private final ReceiveSide<T> side;
    /// Guarded by the side's lock.
    boolean closed;
    /// The tasks that wait to receive by this handle.
    final Users users = new Users();

    ReceiveChannel(ReceiveSide<T> side) {
        this.side = side;
    }

    ReceiveSide<T> side() {
        return side;
    }

    /// Receives the next item; waits until there is one. **Checkpoint.** If it throws, nothing has been
    /// received, and no item is lost.
    ///
    /// @throws EndOfChannelException if every item was sent and has been received
    /// @throws ChannelClosedException if this handle is closed, or is closed while the task waits
    /// @throws BrokenException if a sending side was closed [with a cause][SendChannel#fail], and every item
    ///     that was sent has been received; or if this is a reader that a [Broadcast] has given up
    /// @throws Cancelled if a scope around the task is cancelled before an item comes
    /// @throws IllegalStateException if the calling thread runs no task
    public T receive() {
        return side.receive(this);
    }

    /// Receives the next item if that needs no waiting. **Not a checkpoint**; may be called on any thread.
    ///
    /// @return null if there is none now
    /// @throws EndOfChannelException if every item was sent and has been received
    /// @throws ChannelClosedException if this handle is closed
    /// @throws BrokenException if a sending side was closed [with a cause][SendChannel#fail], and every item
    ///     that was sent has been received; or if this is a reader that a [Broadcast] has given up
    public @Nullable T tryReceive() {
        return side.tryReceive(this);
    }

    /// Receives the next item as [#receive] does, together with further items that need no waiting, in their
    /// order. **Checkpoint.**
    ///
    /// @param most the largest number of items to receive; at least 1
    /// @return at least one item
    /// @throws EndOfChannelException if every item was sent and has been received
    /// @throws ChannelClosedException if this handle is closed, or is closed while the task waits
    /// @throws BrokenException if a sending side was closed [with a cause][SendChannel#fail], and every item
    ///     that was sent has been received; or if this is a reader that a [Broadcast] has given up
    /// @throws Cancelled if a scope around the task is cancelled before an item comes
    /// @throws IllegalArgumentException if `most` is less than 1
    /// @throws IllegalStateException if the calling thread runs no task
    public List<T> receiveUpTo(int most) {
        if (most < 1) throw new IllegalArgumentException("at least one item is received, not " + most);
        return side.receiveUpTo(this, most);
    }

    /// Returns an iterator that [receives][#receive] the items and ends at their regular end. Its `hasNext`
    /// waits for the next item and is a **Checkpoint**; it throws the same exceptions as [#receive], except
    /// the [EndOfChannelException]. If the iterator is abandoned between `hasNext` and `next`, the item that
    /// `hasNext` has received is lost; a `for` loop does not do that. For one task.
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

    /// Returns one more handle to receive from the same channel, which has to be closed too. **Not a
    /// checkpoint.**
    ///
    /// @throws ChannelClosedException if this handle is closed
    public ReceiveChannel<T> duplicate() {
        return side.duplicate(this);
    }

    /// Closes this handle; does nothing if it is closed. **Wakes** tasks that wait in [#receive] of this very
    /// handle; if no other handle is open, discards the items in the buffer and wakes the tasks that wait to
    /// send. **Not a checkpoint**; works even if the task is cancelled.
    @Override
    public void close() {
        side.close(this);
    }

    /// Returns the statistics of the channel at this moment.
    public ChannelStatistics statistics() {
        return side.statistics();
    }

    @Override
    public String toString() {
        return "ReceiveChannel[" + side + "]";
    }
}
