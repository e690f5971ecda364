package dev.structured.core.channel;

import dev.structured.core.BrokenException;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailure;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.Task;
import org.jspecify.annotations.Nullable;

/// Makes channels.
///
/// ```java
/// Channel<Order> orders = Channels.open("orders", 16);
/// Nursery.run(nursery -> {
///     nursery.startSoon("reader", () -> {
///         try (SendChannel<Order> out = orders.sender()) {
///             for (String line : lines) out.send(Order.parse(line));
///         }
///     });
///     for (Order order : orders.receiver()) ship(order); // until the reader has closed its handle
/// });
/// ```
public final class Channels {
    private Channels() {}

    /// Opens a channel.
    ///
    /// @param capacity how many items it holds between the two sides; with 0 each is handed from task to task
    /// @throws IllegalArgumentException if the capacity is negative
    public static <T> Channel<T> open(int capacity) {
        return ends("a channel", checked(capacity));
    }

    /// Opens a channel with a name that messages, the task tree and thread dumps show.
    ///
    /// @param capacity how many items it holds between the two sides; with 0 each is handed from task to task
    /// @throws IllegalArgumentException if the capacity is negative
    public static <T> Channel<T> open(String name, int capacity) {
        return ends("channel '" + name + "'", checked(capacity));
    }

    /// Opens a channel that takes whatever is sent, at once. Nothing slows its senders down: if they are faster than the
    /// receivers for long, memory runs out. For items that are bounded by something else.
    public static <T> Channel<T> unbounded(String name) {
        return ends("channel '" + name + "'", Integer.MAX_VALUE);
    }

    private static int checked(int capacity) {
        if (capacity >= 0) return capacity;
        throw new IllegalArgumentException("The capacity of a channel is a number of items, 0 or more, not "
                + capacity + ". For no limit there is Channels.unbounded");
    }

    private static <T> Channel<T> ends(String name, int capacity) {
        Pipe<T> pipe = new Pipe<>(name, capacity);
        return new Channel<>(new SendChannel<>(pipe), new ReceiveChannel<>(pipe));
    }

    /// Code that makes items, for [#producing].
    ///
    /// @param <T> the items
    @FunctionalInterface
    public interface Producer<T> {
        /// Sends the items, and returns when there are no more.
        ///
        /// @throws Exception what went wrong
        void produce(SendChannel<T> out) throws Exception;
    }

    /// Code that uses items, for [#producing].
    ///
    /// @param <T> the items
    /// @param <R> what it returns
    @FunctionalInterface
    public interface Consumer<T, R extends @Nullable Object> {
        /// Receives items, as many as it wants.
        ///
        /// @throws Exception what went wrong
        R consume(ReceiveChannel<T> in) throws Exception;
    }

    /// A generator: runs a producer beside a consumer, hands over one item at a time, and returns what the consumer
    /// returns. **Checkpoint.**
    ///
    /// ```java
    /// String found = Channels.producing((SendChannel<String> out) -> {
    ///     try (Connection connection = database.connect()) {
    ///         for (String row : connection.rows()) out.send(row);
    ///     } // closed before producing() returns, however it returns
    /// }, rows -> {
    ///     for (String row : rows) {
    ///         if (row.contains("needle")) return row; // the producer is cancelled
    ///     }
    ///     return "";
    /// });
    /// ```
    ///
    /// The producer is a task of a nursery around both. It may close its handle, and do something else after that. When the
    /// consumer leaves before the handle is closed, the producer is
    /// cancelled; its cleanup runs and is awaited, inside this call. When the producer fails, the consumer is cancelled;
    /// in a shield it is told by a [BrokenException] that nothing will come. The values end when the producer returns,
    /// whatever duplicates of its handle are open.
    /// The producer works on the next item while the consumer has the last one, and is never further ahead.
    ///
    /// @throws Cancelled if a scope around the task is cancelled: if it was at the beginning, neither has begun
    /// @throws NurseryFailure if either failed, with the failures of both
    /// @throws ScopeCancelledException if the consumer ended without a value because of a cancellation in here
    /// @throws IllegalStateException if the calling thread runs no task
    public static <T, R extends @Nullable Object> R producing(Producer<T> producer, Consumer<T, R> consumer) {
        Checkpoints.pass();
        Channel<T> channel = open("of a producer", 0);
        return Nursery.call("producing", nursery -> {
            Task<?> task = nursery.startSoon("producer", () -> {
                producer.produce(channel.sender());
                channel.sender().close(); // not when it fails: the consumer would take that for the end
            });
            // When it fails, the consumer is cancelled by then, and only sees this if a shield hides that from it.
            task.addHook(() -> channel.sender().pipe().over(task.state() == Task.State.SUCCEEDED
                    ? null
                    : "the producer has failed, or was cancelled"));
            ReceiveChannel<T> in = channel.receiver();
            try {
                return consumer.consume(in);
            } finally {
                // In this order: a producer that is cancelled cleans up, one that nobody receives from has failed.
                if (in.statistics().openSenders() > 0) nursery.scope().cancel("the consumer has left");
                in.close();
            }
        });
    }
}
