package dev.structured.core.channel;

import dev.structured.core.Action;
import dev.structured.core.BrokenException;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Fn;
import dev.structured.core.Instrument;
import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.Task;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Makes channels.
///
/// ```java
/// Channel<Order> orders = Channels.open("orders", 16);
/// Nursery.run(nursery -> {
///     nursery.startSoon("reader", () -> orders.sender().feed(out -> {
///         for (String line : lines) out.send(Order.parse(line));
///     }));
///     for (Order order : orders.receiver()) ship(order); // until the reader has sent them all
/// });
/// ```
///
/// If a line cannot be parsed, the loop throws instead of ending as if all orders had been read. See
/// [SendChannel#feed].
public final class Channels {
    private Channels() {}

    /// Opens a channel.
    ///
    /// @param capacity the number of items that it holds between the two sides; with 0 each is handed from
    ///     task to task
    /// @throws IllegalArgumentException if the capacity is negative
    public static <T> Channel<T> open(int capacity) {
        return ends("a channel", checked(capacity));
    }

    /// Opens a channel with a name that messages, the task tree and thread dumps show.
    ///
    /// @param capacity the number of items that it holds between the two sides; with 0 each is handed from
    ///     task to task
    /// @throws IllegalArgumentException if the capacity is negative
    public static <T> Channel<T> open(String name, int capacity) {
        return ends("channel '" + name + "'", checked(capacity));
    }

    /// Opens a channel that takes every item at once. Its senders never wait, so memory runs out if they stay
    /// faster than the receivers. Use it for items whose number is bounded in another way.
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

    /// Runs a producer beside a consumer, as a generator: hands over one item at a time, and returns the
    /// consumer's value. **Checkpoint.**
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
    /// The producer is a task of a nursery around both. The items end when the producer returns, or closes
    /// its handle and goes on with something else. When the consumer leaves before that, the producer is
    /// cancelled; its cleanup runs and is awaited, inside this call. When the producer fails, the consumer is
    /// cancelled; in a shield it gets a [BrokenException] with the producer's exception as the cause.
    /// Duplicates of the handle do not keep the items from ending. The producer works on the next item while
    /// the consumer has the last one, and is never further ahead.
    ///
    /// @throws Cancelled if a scope around the task is cancelled; if it was cancelled at the beginning,
    ///     neither has begun
    /// @throws NurseryFailedException if either failed, with the failures of both
    /// @throws ScopeCancelledException if the consumer ended without a value because of a cancellation inside
    ///     this call
    /// @throws IllegalStateException if the calling thread runs no task
    public static <T, R extends @Nullable Object> R producing(Action<SendChannel<T>, ?> producer,
            Fn<ReceiveChannel<T>, R, ?> consumer) {
        Checkpoints.quickCheckpoint();
        Channel<T> channel = open("of a producer", 0);
        return Nursery.call("producing", nursery -> {
            startProducer(nursery, channel.sender(), producer);
            ReceiveChannel<T> in = channel.receiver();
            try {
                R value = consumer.apply(in);
                leave(nursery, in);
                return value;
            } catch (Cancelled cancelled) {
                leave(nursery, in);
                throw cancelled;
            } catch (Throwable thrown) {
                closeWhenCancelled(nursery, in, thrown);
                throw thrown;
            }
        });
    }

    private static void leave(Nursery nursery, ReceiveChannel<?> in) {
        // The order matters: a producer that is cancelled cleans up, but one that finds no receiver fails.
        if (in.statistics().openSenders() > 0) nursery.scope().cancel("the consumer has left");
        in.close();
    }

    /// Closes the handle once the nursery has been cancelled, which the exception that is on its way out is
    /// going to do. Cancelled before that, the nursery would take an [InterruptedException] of the consumer's
    /// own for its cancellation.
    private static void closeWhenCancelled(Nursery nursery, ReceiveChannel<?> in, Throwable thrown) {
        try {
            nursery.startSoon("end of the consumer", () -> {
                try {
                    Checkpoints.sleepForever();
                } finally {
                    in.close();
                }
            });
        } catch (VirtualMachineError error) { // no space for a task
            in.close();
            Instrument.suppressOrReport(thrown, error);
        }
    }

    private static <T> void startProducer(Nursery nursery, SendChannel<T> out,
            Action<SendChannel<T>, ?> producer) {
        AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
        Task<?> task = nursery.startSoon("producer", () -> {
            try {
                producer.accept(out);
            } catch (Throwable thrown) {
                failure.set(Failure.of(thrown));
                throw thrown;
            }
            out.pipe().close(out, null);
        });
        // The failure has cancelled the consumer by now, so the consumer sees this end only if it is in a
        // shield.
        task.addHook(() -> out.pipe().endNow(failure.get()));
    }
}
