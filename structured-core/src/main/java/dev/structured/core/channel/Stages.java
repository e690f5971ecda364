package dev.structured.core.channel;

import dev.structured.core.Action;
import dev.structured.core.BrokenException;
import dev.structured.core.Checkpoints;
import dev.structured.core.Fn;
import dev.structured.core.Merger;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeResult;
import dev.structured.core.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/// The stages of a pipeline. Each runs in a task of a nursery, receives from one channel or several, and
/// sends to a new one, which it returns.
///
/// ```java
/// Nursery.run(nursery -> {
///     ReceiveChannel<Order> parsed = Stages.map(nursery, lines, Order::parse);
///     ReceiveChannel<Order> checked = Stages.mapParallel(nursery, parsed, 8, stock::check);
///     for (List<Order> batch : Stages.batch(nursery, checked, 100, Duration.ofSeconds(1))) store(batch);
/// });
/// ```
///
/// - *Pace*: a stage hands over one item at a time, so a slow stage slows down those before it, and items do
///   not pile up.
/// - *End*: when a channel that a stage receives from ends, the stage sends what it still holds and ends its
///   own channel: regularly, or with the same cause.
/// - *Failure*: if a function throws, the stage's task fails, and so does the nursery; the channel ends with
///   the exception as the cause.
/// - *Leaving early*: when the last receiving handle of a stage's channel is closed, the stage ends at its
///   next attempt to send, and closes the channel that it receives from. To stop all stages at once, cancel
///   the nursery's scope.
///
/// A stage closes the handles that it was given when it ends. For results that are not channels, see
/// `dev.structured.core.combine.Combine`.
public final class Stages {
    private Stages() {}

    /// Sends the result of a function of each item, in the order of the items.
    ///
    /// @param mapper must not return null
    public static <T, R> ReceiveChannel<R> map(Nursery nursery, ReceiveChannel<? extends T> in,
            Fn<? super T, ? extends R, ?> mapper) {
        return start(nursery, "map", List.of(in), (SendChannel<R> out) -> {
            for (T item : in) if (!passed(out, mapper.apply(item))) return;
        });
    }

    /// Sends the result of a function of each item, in the order of the items, and computes up to `limit`
    /// results at the same time, each in a task of its own. While one result takes long, up to 2 × `limit`
    /// later ones are kept.
    ///
    /// @param limit the largest number of results that are computed at the same time; at least 1
    /// @param mapper must not return null
    /// @throws IllegalArgumentException if the limit is less than 1
    public static <T, R> ReceiveChannel<R> mapParallel(Nursery nursery, ReceiveChannel<? extends T> in,
            int limit, Fn<? super T, ? extends R, ?> mapper) {
        if (limit < 1)
            throw new IllegalArgumentException("At least 1 result is computed at a time, not " + limit);
        return start(nursery, "mapParallel", List.of(in),
                (SendChannel<R> out) -> new ParallelStage<T, R>(in, limit, mapper).run(out));
    }

    /// Sends the items that meet the condition.
    public static <T> ReceiveChannel<T> filter(Nursery nursery, ReceiveChannel<? extends T> in,
            Predicate<? super T> condition) {
        return start(nursery, "filter", List.of(in), (SendChannel<T> out) -> {
            for (T item : in) if (condition.test(item) && !passed(out, item)) return;
        });
    }

    /// Sends the items in lists, each when it is full or when `within` has passed since its first item came.
    ///
    /// @param most the number of items that fill a list; at least 1
    /// @throws IllegalArgumentException if a figure is out of range
    public static <T> ReceiveChannel<List<T>> batch(Nursery nursery, ReceiveChannel<? extends T> in, int most,
            Duration within) {
        if (most < 1) throw new IllegalArgumentException("A batch holds at least 1 item, not " + most);
        requireNotNegative(within);
        return start(nursery, "batch", List.of(in), (SendChannel<List<T>> out) -> {
            List<T> batch = new ArrayList<>();
            try {
                while (true) {
                    batch.add(in.receive());
                    Timeouts.moveOnAfter(within, () -> {
                        while (batch.size() < most)
                            batch.add(in.receive());
                    });
                    if (!passed(out, List.copyOf(batch))) return;
                    batch.clear();
                }
            } catch (EndOfChannelException _) {
                if (!batch.isEmpty()) passed(out, List.copyOf(batch));
            } catch (BrokenException cause) {
                if (!batch.isEmpty()) passed(out, List.copyOf(batch));
                throw cause;
            }
        });
    }

    /// Sends the items of all channels as they come; those of each channel keep their order. Ends when all
    /// have ended, with the first cause if there was one.
    public static <T> ReceiveChannel<T> merge(Nursery nursery,
            Collection<? extends ReceiveChannel<? extends T>> ins) {
        Channel<T> merged = Channels.open("merge", 0);
        boolean begun = false;
        try {
            for (ReceiveChannel<? extends T> in : ins) {
                run(nursery, "merge", List.of(in), merged.sender().duplicate(), out -> {
                    for (T item : in) if (!passed(out, item)) return;
                });
            }
            begun = true;
        } finally {
            merged.sender().pipe().close(merged.sender(), null); // also if the calling task is cancelled
            if (!begun) merged.receiver().close(); // for the tasks that have begun
        }
        return merged.receiver();
    }

    /// Sends all items, none earlier than `interval` after the one before it; a faster source has to wait.
    ///
    /// @throws IllegalArgumentException if the interval is negative
    public static <T> ReceiveChannel<T> throttle(Nursery nursery, ReceiveChannel<? extends T> in,
            Duration interval) {
        requireNotNegative(interval);
        return start(nursery, "throttle", List.of(in), (SendChannel<T> out) -> {
            Scheduler scheduler = Scheduler.current();
            boolean first = true;
            long last = 0;
            for (T item : in) {
                // Compares the time since the last item, which cannot overflow, whatever the interval is.
                Duration since = Duration.ofNanos(scheduler.nanoTime() - last);
                if (!first && since.compareTo(interval) < 0) Checkpoints.sleep(interval.minus(since));
                if (!passed(out, item)) return;
                last = scheduler.nanoTime();
                first = false;
            }
        });
    }

    /// Sends an item when no newer one has come for a while. Of items that follow each other quickly only the
    /// last is sent. If the channel ends before that, the last item is sent all the same.
    ///
    /// @param quiet the time in which no newer item may come
    /// @throws IllegalArgumentException if the time is negative
    public static <T> ReceiveChannel<T> debounce(Nursery nursery, ReceiveChannel<? extends T> in,
            Duration quiet) {
        requireNotNegative(quiet);
        return start(nursery, "debounce", List.of(in), (SendChannel<T> out) -> {
            List<T> latest = new ArrayList<>(1);
            try {
                while (true) {
                    if (latest.isEmpty()) latest.add(in.receive());
                    ScopeResult<T> newer = Timeouts.moveOnAfter(quiet, () -> (T) in.receive());
                    if (newer instanceof ScopeResult.Completed<T>(T item)) latest.set(0, item);
                    else if (!passed(out, latest.removeLast())) return;
                }
            } catch (EndOfChannelException _) {
                if (!latest.isEmpty()) passed(out, latest.getLast());
            } catch (BrokenException cause) {
                if (!latest.isEmpty()) passed(out, latest.getLast());
                throw cause;
            }
        });
    }

    /// Sends the result of a function of the first items of both channels, then of the second ones, and so
    /// on. Ends when either channel ends; items of the longer one that have no counterpart are dropped.
    ///
    /// @param merger must not return null
    public static <A, B, R> ReceiveChannel<R> zip(Nursery nursery, ReceiveChannel<? extends A> first,
            ReceiveChannel<? extends B> second, Merger<? super A, ? super B, ? extends R, ?> merger) {
        return start(nursery, "zip", List.of(first, second), (SendChannel<R> out) -> {
            Pairs<A, B> pairs = new Pairs<>(first, second);
            while (pairs.next())
                if (!passed(out, merger.merge(pairs.one(), pairs.other()))) return;
        });
    }

    private static void requireNotNegative(Duration duration) {
        if (duration.isNegative())
            throw new IllegalArgumentException("A time must not be negative: " + duration);
    }

    private static <R> ReceiveChannel<R> start(Nursery nursery, String name,
            List<? extends ReceiveChannel<?>> ins, Action<SendChannel<R>, Exception> stage) {
        Channel<R> channel = Channels.open(name, 0);
        run(nursery, name, ins, channel.sender(), stage);
        return channel.receiver();
    }

    private static <R> void run(Nursery nursery, String name, List<? extends ReceiveChannel<?>> ins,
            SendChannel<R> out, Action<SendChannel<R>, Exception> stage) {
        nursery.startSoon(name, () -> {
            try {
                out.feed(stage);
            } finally {
                ins.forEach(ReceiveChannel::close);
            }
        });
    }

    /// Sends the item.
    ///
    /// @return false if no task will receive it: the stage then ends
    static <R> boolean passed(SendChannel<R> out, R item) {
        try {
            out.send(item);
            return true;
        } catch (BrokenException everyReceiverHasLeft) {
            return false;
        }
    }
}
