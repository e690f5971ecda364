package dev.structured.core.combine;

import dev.structured.core.Action;
import dev.structured.core.Checkpoints;
import dev.structured.core.Fn;
import dev.structured.core.Merger;
import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.Task;
import dev.structured.core.ValueBody;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs several tasks and combines their results.
///
/// ```java
/// List<Price> prices = Combine.all(() -> shop.price(id), () -> market.price(id));
/// Price first = Combine.race(() -> shop.price(id), () -> market.price(id));
/// List<Product> products = Combine.map(ids, 8, catalog::get);
/// ```
///
/// Each body runs in a task of its own, a child of the caller; only [#retry] and the first attempt of
/// [#hedge] run in the calling task. Every task has ended when a method returns or throws: tasks that are no
/// longer needed are cancelled *and* awaited. Use a scope around the call to set a deadline. A cancellation
/// of the caller passes through, and is never taken for a failure of a body. All of these methods are
/// **checkpoints**, and throw [IllegalStateException] if the calling thread runs no task.
///
/// An [Error] of a body (out of memory, a failed assertion) is never a result: it stops the rest and is
/// thrown as it is, whatever else happened.
///
/// If the task of a body or of an item is [cancelled by itself][dev.structured.core.Task#cancel()], its
/// result is missing: the block that waits for it fails with a
/// [ScopeCancelledException][dev.structured.core.ScopeCancelledException]. In a race or a hedge, an attempt
/// that is cancelled in this way is one that has failed with this exception.
public final class Combine {
    private Combine() {}

    /* --- All of them --- */

    /// Runs the bodies side by side and returns their values.
    ///
    /// @see #all(Collection)
    @SafeVarargs
    @SuppressWarnings("varargs") // it is only read
    public static <T extends @Nullable Object> List<T> all(ValueBody<? extends T, ?>... bodies) {
        return all(Arrays.asList(bodies));
    }

    /// Runs the bodies side by side and returns their values. The first failure stops the rest, and the
    /// values of bodies that had succeeded are dropped: use [asCompleted][#asCompleted(Collection, Action,
    /// Discard)] for values that must be closed.
    ///
    /// @return the values in the order of the bodies; unmodifiable
    /// @throws NurseryFailedException if a body failed
    public static <T extends @Nullable Object> List<T> all(
            Collection<? extends ValueBody<? extends T, ?>> bodies) {
        return AllOf.run("all", bodies);
    }

    /// Runs two bodies side by side, passes their values to the merger on the caller's thread, and returns
    /// its result.
    ///
    /// ```java
    /// Offer offer = Combine.both(() -> catalog.get(id), () -> shop.price(id), Offer::new);
    /// ```
    ///
    /// @throws X if the merger throws it
    /// @throws NurseryFailedException if a body failed
    public static <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object, //
            X extends Exception> R both(
                    ValueBody<A, ?> first, ValueBody<B, ?> second, Merger<? super A, ? super B, R, X> merger)
                    throws X {
        Checkpoints.checkCancelled();
        Pair<A, B> pair = Nursery.call("both", nursery -> {
            Task<A> a = nursery.startSoon("both 1", first);
            Task<B> b = nursery.startSoon("both 2", second);
            return new Pair<>(a.await(), b.await());
        });
        return merger.merge(pair.first(), pair.second());
    }

    private record Pair<A extends @Nullable Object, B extends @Nullable Object>(A first, B second) {}

    /// Runs the bodies side by side, waits for all, and returns the result of each.
    ///
    /// @see #settled(Collection)
    @SafeVarargs
    @SuppressWarnings("varargs") // it is only read
    public static <T extends @Nullable Object> List<Settled<T>> settled(
            ValueBody<? extends T, ?>... bodies) {
        return settled(Arrays.asList(bodies));
    }

    /// Runs the bodies side by side, waits for all, and returns the result of each. An exception of a body
    /// does not stop the others, and is not thrown.
    ///
    /// If a body throws an exception while the caller is cancelled,
    /// [dev.structured.core.Instrument#errorDropped] is called with it.
    ///
    /// @return the results, in the order of the bodies; unmodifiable
    public static <T extends @Nullable Object> List<Settled<T>> settled(
            Collection<? extends ValueBody<? extends T, ?>> bodies) {
        List<ValueBody<Settled<T>, RuntimeException>> settling = new ArrayList<>(bodies.size());
        for (ValueBody<? extends T, ?> body : bodies) settling.add(() -> Settling.settle(body));
        return AllOf.run("settled", settling);
    }

    /* --- The first --- */

    /// Runs the bodies side by side and returns the value of the first that succeeds.
    ///
    /// @see #race(Collection, Discard)
    @SafeVarargs
    @SuppressWarnings("varargs") // it is only read
    public static <T extends @Nullable Object> T race(ValueBody<? extends T, ?>... bodies) {
        return race(Arrays.asList(bodies));
    }

    /// Runs the bodies side by side and returns the value of the first that succeeds. A value that another
    /// body returns in the same moment is dropped.
    ///
    /// @see #race(Collection, Discard)
    public static <T extends @Nullable Object> T race(
            Collection<? extends ValueBody<? extends T, ?>> bodies) {
        return race(bodies, _ -> {});
    }

    /// Runs the bodies side by side and returns the value of the first that succeeds. Failures before that do
    /// not matter.
    ///
    /// The others are cancelled and awaited. If one of them returns a value all the same (it could not be
    /// stopped, or succeeded in the same moment), its value is discarded. If one of them throws an exception
    /// while it is being stopped, the winner's value is returned all the same, and
    /// [dev.structured.core.Instrument#errorDropped] is called with the exception.
    ///
    /// @param discard called with each value that a body returned and this method does not return, including
    ///     the winner's value if this method throws
    /// @throws AllFailedException if every body failed
    /// @throws IllegalArgumentException if there is no body
    public static <T extends @Nullable Object> T race(
            Collection<? extends ValueBody<? extends T, ?>> bodies,
            Discard<? super T> discard) {
        if (bodies.isEmpty())
            throw new IllegalArgumentException("A race needs at least one body");
        Race<T> race = new Race<>("race", discard);
        return race.run(nursery -> {
            int number = 0;
            for (ValueBody<? extends T, ?> body : bodies) {
                // Those that were started get their turn. Once one has won, the rest need not start.
                Checkpoints.quickCheckpoint();
                race.start(nursery, "race " + ++number, body);
            }
        });
    }

    /* --- As they come --- */

    /// Runs the bodies side by side, and runs the block with their results in the order in which they end.
    ///
    /// @see #asCompleted(Collection, Action, Discard)
    public static <T extends @Nullable Object> void asCompleted(
            Collection<? extends ValueBody<? extends T, ?>> bodies,
            Action<Results<Settled<T>>, ?> block) {
        asCompleted(bodies, block, _ -> {});
    }

    /// Runs the bodies side by side, and runs the block, on the caller's thread, with their results in the
    /// order in which they end. When the block has ended, bodies that have not ended are stopped and awaited.
    /// Values that the block has not taken are discarded; exceptions are dropped.
    ///
    /// ```java
    /// List<Page> pages = new ArrayList<>();
    /// Combine.asCompleted(mirrors, results -> {
    ///     for (Settled<Page> end : results) {
    ///         if (end instanceof Settled.Succeeded(Page page)) pages.add(page);
    ///         if (pages.size() == 2) break; // the other mirrors are stopped
    ///     }
    /// });
    /// ```
    ///
    /// @param discard called with every value that a body returned and that the block has not taken
    /// @throws NurseryFailedException if the block failed
    public static <T extends @Nullable Object> void asCompleted(
            Collection<? extends ValueBody<? extends T, ?>> bodies,
            Action<Results<Settled<T>>, ?> block, Discard<? super T> discard) {
        Discard<Settled<T>> discardValue = settled -> {
            if (settled instanceof Settled.Succeeded<T>(T value)) discard.discard(value);
        };
        new Mapping<ValueBody<? extends T, ?>, Settled<T>>("asCompleted", bodies.iterator(), Settling::settle,
                discardValue, false, Integer.MAX_VALUE, Integer.MAX_VALUE).runFed(block);
    }

    /* --- So many at a time --- */

    /// Maps the items, at most `limit` at once, and returns the results in the order of the items. The first
    /// failure stops the rest.
    ///
    /// The source is asked for an item only when the item can begin at once.
    ///
    /// @param limit how many run at once; at least 1
    /// @return the results; unmodifiable
    /// @throws NurseryFailedException if the mapper or the source failed
    /// @throws IllegalArgumentException if the limit is less than 1
    public static <I extends @Nullable Object, R extends @Nullable Object> List<R> map(
            Iterable<? extends I> items, int limit, Fn<? super I, ? extends R, ?> mapper) {
        List<R> list = new ArrayList<>();
        new Mapping<I, R>("map", items.iterator(), mapper, _ -> {}, true, limit, Integer.MAX_VALUE)
                .runFed(results -> results.forEach(list::add));
        return Collections.unmodifiableList(list);
    }

    /// Maps the items, at most `limit` at once, and returns for each, in the order of the items, its result
    /// or the exception that the mapper threw. A failure does not stop the rest.
    ///
    /// If the mapper throws an exception while the caller is cancelled,
    /// [dev.structured.core.Instrument#errorDropped] is called with it.
    ///
    /// @param limit how many run at once; at least 1
    /// @return the results; unmodifiable
    /// @throws NurseryFailedException if the source failed. An [Error] of the mapper is thrown as itself
    /// @throws IllegalArgumentException if the limit is less than 1
    public static <I extends @Nullable Object, R extends @Nullable Object> List<Settled<R>> mapSettled(
            Iterable<? extends I> items, int limit, Fn<? super I, ? extends R, ?> mapper) {
        return map(items, limit, item -> Settling.settle(() -> mapper.apply(item)));
    }

    /// Maps the items, at most `limit` at once, and runs the block with the results in the order of the
    /// items.
    ///
    /// @see #mapOrdered(Iterable, int, Fn, Action, Discard)
    public static <I extends @Nullable Object, R extends @Nullable Object> void mapOrdered(
            Iterable<? extends I> items, int limit, Fn<? super I, ? extends R, ?> mapper,
            Action<Results<R>, ?> block) {
        mapOrdered(items, limit, mapper, block, _ -> {});
    }

    /// Maps the items, at most `limit` at once, and runs the block, on the caller's thread, with the results
    /// in the order of the items. Suits sources of any length: at most 2 × `limit` items are begun whose
    /// results the block has not taken, so at most that many run ahead of an item that takes long. The source
    /// is asked, by another task, only for items that can begin at once.
    ///
    /// The first failure stops the rest, and the block. When the block has ended, items that have not ended
    /// are stopped and awaited.
    ///
    /// @param limit how many run at once; at least 1
    /// @param discard called with every result that the block has not taken
    /// @throws NurseryFailedException if the mapper, the source or the block failed
    /// @throws IllegalArgumentException if the limit is less than 1
    public static <I extends @Nullable Object, R extends @Nullable Object> void mapOrdered(
            Iterable<? extends I> items, int limit, Fn<? super I, ? extends R, ?> mapper,
            Action<Results<R>, ?> block,
            Discard<? super R> discard) {
        new Mapping<I, R>("mapOrdered", items.iterator(), mapper, discard, true, limit, window(limit))
                .runFeeding(block);
    }

    /// Maps the items, at most `limit` at once, and runs the block with the results in the order in which
    /// they come.
    ///
    /// @see #mapUnordered(Iterable, int, Fn, Action, Discard)
    public static <I extends @Nullable Object, R extends @Nullable Object> void mapUnordered(
            Iterable<? extends I> items, int limit, Fn<? super I, ? extends R, ?> mapper,
            Action<Results<R>, ?> block) {
        mapUnordered(items, limit, mapper, block, _ -> {});
    }

    /// Maps the items like [#mapOrdered(Iterable, int, Fn, Action, Discard)], but the block gets a result as
    /// soon as its item has ended.
    public static <I extends @Nullable Object, R extends @Nullable Object> void mapUnordered(
            Iterable<? extends I> items, int limit, Fn<? super I, ? extends R, ?> mapper,
            Action<Results<R>, ?> block,
            Discard<? super R> discard) {
        new Mapping<I, R>("mapUnordered", items.iterator(), mapper, discard, false, limit, window(limit))
                .runFeeding(block);
    }

    private static int window(int limit) {
        return limit > Integer.MAX_VALUE / 2 ? Integer.MAX_VALUE : 2 * limit;
    }

    /* --- Again --- */

    /// Makes an attempt, and further ones beside it while there is no answer.
    ///
    /// @see #hedge(HedgePolicy, Fn, Discard)
    public static <T extends @Nullable Object> T hedge(HedgePolicy policy, ValueBody<? extends T, ?> body) {
        return hedge(policy, _ -> body.call());
    }

    /// Makes an attempt, and further ones beside it while there is no answer. A value that another attempt
    /// returns in the same moment is dropped.
    ///
    /// @see #hedge(HedgePolicy, Fn, Discard)
    public static <T extends @Nullable Object> T hedge(HedgePolicy policy, Fn<Integer, ? extends T, ?> body) {
        return hedge(policy, body, _ -> {});
    }

    /// Makes an attempt, and further ones beside it while there is no answer; returns the value of the first
    /// that succeeds. For code that is safe to run twice.
    ///
    /// The first attempt runs in the calling task, the others in tasks of their own. The next one starts when
    /// the policy's delay has passed since the last one started. It starts at once when an attempt fails (as
    /// in gRPC: a failure is an answer, and waiting longer is pointless) unless the policy says
    /// [otherwise][HedgePolicy#stoppingOnFailure]. A call that is answered in time starts no task and cancels
    /// none. The policy's budget pays for each attempt except the first; when it refuses, this call makes no
    /// further attempt. Attempts that do not win end as in a [race][#race(Collection, Discard)].
    ///
    /// ```java
    /// HedgePolicy policy = HedgePolicy.of(2, Duration.ofMillis(80)).withBudget(budget);
    /// Product product = Combine.hedge(policy, () -> catalog.get(id));
    /// ```
    ///
    /// @param body called with the number of the attempt, so that it may use another server for each
    /// @param discard called with every value that an attempt returned and this method does not return
    /// @throws AllFailedException if every attempt failed
    public static <T extends @Nullable Object> T hedge(HedgePolicy policy, Fn<Integer, ? extends T, ?> body,
            Discard<? super T> discard) {
        return new Hedge<T>(policy, body, discard).call();
    }

    /// Makes an attempt, and if it fails another one.
    ///
    /// @see #retry(RetryPolicy, Fn)
    public static <T extends @Nullable Object, X extends Exception> T retry(RetryPolicy policy,
            ValueBody<T, X> body)
            throws X {
        return retry(policy, _ -> body.call());
    }

    /// Makes an attempt in the calling task, and if it fails another one after a pause, as the policy says.
    /// For code that is safe to run twice.
    ///
    /// A cancellation or an [Error] is never retried. If the pause would outlast the deadline around the
    /// call, this gives up at once.
    ///
    /// When it gives up, it throws the exception of the last attempt, so that the code around it catches the
    /// same exceptions as without retries. The exceptions of the attempts before (the last 16) are suppressed
    /// in it, and in an `Error`; so is, if the policy would retry the exception, one that says why there was
    /// no further attempt.
    ///
    /// @param body called with the number of the attempt
    /// @throws X if the last attempt threw it
    public static <T extends @Nullable Object, X extends Exception> T retry(RetryPolicy policy,
            Fn<Integer, T, X> body) throws X {
        return new Retry<>(policy, body).call();
    }
}
