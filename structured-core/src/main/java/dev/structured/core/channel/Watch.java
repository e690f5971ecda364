package dev.structured.core.channel;

import dev.structured.core.Body;
import dev.structured.core.BrokenException;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// A value that changes, and whose latest state readers want: a configuration, the state of a connection, the
/// progress of a job. **Thread-safe.**
///
/// ```java
/// Watch<Config> config = Watch.open("configuration", Config.read(file));
/// nursery.startSoon("limits", () -> {
///     try (ReceiveChannel<Config> changes = config.subscribe()) {
///         for (Config latest : changes) limits.apply(latest); // the present one first
///     }
/// });
/// nursery.startSoon("watcher", () -> config.feed(() -> {
///     while (awaitChange(file)) config.set(Config.read(file));
/// }));
/// ```
///
/// There is always a value. A reader receives the present value first and then newer ones; it skips values
/// that are replaced before it has received them. So a slow reader slows no other task down, and values do
/// not pile up. If every item counts, use a [Broadcast].
///
/// As with a [SendChannel], readers have to know whether the last value is final: [#feed] ends the values
/// regularly if its block returns, and with a cause if it throws.
///
/// @param <T> the values; never null
public final class Watch<T> {
    /// Keeps one item for new readers, and one for each reader.
    private final Broadcast<T> values;

    private Watch(Broadcast<T> values) {
        this.values = values;
    }

    /// Opens a watch with a first value.
    ///
    /// @param name shown in messages, the task tree and thread dumps
    public static <T> Watch<T> open(String name, T first) {
        Broadcast<T> values = new Broadcast<>("watch '" + name + "'", 1, SlowReader.DROP_OLDEST, 1);
        values.trySend(Objects.requireNonNull(first, "first"));
        return new Watch<>(values);
    }

    /// Returns the present value. **Not a checkpoint**; may be called on any thread.
    public T get() {
        return Objects.requireNonNull(values.last());
    }

    /// Replaces the value, even if the new one is equal. **Wakes** readers that wait. **Not a checkpoint**;
    /// may be called on any thread.
    ///
    /// @throws ChannelClosedException if this is closed
    public void set(T value) {
        values.trySend(value);
    }

    /// Replaces the value by a function of it. **Wakes** readers that wait. **Not a checkpoint**; may be
    /// called on any thread.
    ///
    /// @param change called again if another thread has changed the value in the meantime
    /// @return the new value
    /// @throws ChannelClosedException if this is closed
    public T update(UnaryOperator<T> change) {
        while (true) {
            T before = get();
            T after = Objects.requireNonNull(change.apply(before), "the new value");
            if (values.trySendAfter(before, after)) return after;
        }
    }

    /// Waits until the value meets the condition, and returns it. **Checkpoint.** Values that are replaced
    /// quickly may be skipped.
    ///
    /// @throws EndOfChannelException if this is closed, and the last value does not meet the condition
    /// @throws BrokenException if this has failed, and the last value does not meet the condition
    /// @throws Cancelled if a scope around the task is cancelled before
    /// @throws IllegalStateException if the calling thread runs no task
    public T await(Predicate<? super T> condition) {
        Checkpoints.quickCheckpoint();
        try (ReceiveChannel<T> reader = values.subscribeAlsoIfClosed()) {
            while (true) {
                T value = reader.receive();
                if (condition.test(value)) return value;
            }
        }
    }

    /// Returns a new reader of the present value and the later ones. Close it when you no longer read from
    /// it.
    /// **Not a checkpoint.** If this is closed, the reader receives the last value and then the end.
    public ReceiveChannel<T> subscribe() {
        return values.subscribeAlsoIfClosed();
    }

    /// Runs the block, which sets values, and then ends them: as [#close()] does if the block returns, and
    /// with the exception as the [cause][#fail] if it throws. **Not a checkpoint** by itself.
    ///
    /// @throws X if the block throws it
    public <X extends Exception> void feed(Body<X> block) throws X {
        values.feed(block);
    }

    /// Ends the values because the present one is final: each reader receives it, and then the end. Does
    /// nothing if this is closed. **Not a checkpoint.** As with [SendChannel#close()], do not call it in a
    /// `finally`.
    public void close() {
        values.close();
    }

    /// Ends the values although the present one is not final: each reader receives it, and then a
    /// [BrokenException] with the cause. Does nothing if this is closed. **Not a checkpoint.**
    ///
    /// @param cause the exception because of which there are no newer values
    public void fail(Throwable cause) {
        values.fail(cause);
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
