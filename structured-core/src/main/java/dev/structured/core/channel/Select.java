package dev.structured.core.channel;

import dev.structured.core.BrokenException;
import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Completion;
import dev.structured.core.ScopeResult;
import dev.structured.core.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Waits for the first of several things: an item that comes or is taken, a task that ends, an event, a time.
/// Exactly one of them happens; of the others nothing has happened at all.
///
/// ```java
/// Select<String> next = new Select<String>()
///         .receive(orders, order -> "order " + order)
///         .receive(complaints, complaint -> "complaint " + complaint)
///         .on(closing, () -> "closing time")
///         .after(Duration.ofMinutes(5), () -> "nothing to do");
/// String what = next.await();
/// ```
///
/// If several are ready at once, a [fair][Order#FAIR] one takes them in turn, a [biased][Order#BIASED] one
/// the first in the order in which they were added. It can be awaited any number of times; a fair one that is
/// made anew for each wait begins at another clause each time, so that none is passed over for ever. The
/// function of the clause that happened runs on the caller's thread, after everything else. Not thread-safe:
/// one task uses it at a time.
///
/// @param <R> what comes out of it
public final class Select<R extends @Nullable Object> {

    /// Which of several clauses that are ready happens.
    public enum Order {
        /// The clauses take turns.
        FAIR,
        /// The clause that was added first.
        BIASED
    }

    /*
     * The locks of all channels are held, in the order of their numbers, while it looks for a clause that is
     * ready and, if there is none, enters all the queues. So nobody can decide its wait while it may still
     * decide somebody else's: there is never a decision about two waits at once. (Go does it in this way.) A
     * task that has ended, or an event, decides only this wait. These may be code of others: they are asked
     * before the locks are taken, and told whom to wake after they have been given back.
     */
    private final boolean fair;
    private final List<Clause<R>> clauses = new ArrayList<>();
    /// Those of the clauses' channels, each once, in the order of their numbers.
    private List<ChannelLock> locks = List.of();
    private @Nullable Duration limit;
    private @Nullable Supplier<? extends R> atLimit;
    private @Nullable Supplier<? extends R> otherwise;
    /// Of an [#await] that has to wait, from the locks to the waiting.
    private @Nullable Wait<Waiting<?>> wait;
    /// Where a fair one begins to look: behind the clause that happened last. Negative before the first.
    private int turn = -1;

    /// Makes a fair select without clauses.
    public Select() {
        this(Order.FAIR);
    }

    /// Makes a select without clauses.
    ///
    /// @param order decides which of several clauses that are ready happens
    public Select(Order order) {
        this.fair = order == Order.FAIR;
    }

    /* --- Clauses --- */

    /// Adds: an item is received. If there can be none any more, [#await] throws what
    /// [receive][ReceiveChannel#receive] would, each time.
    ///
    /// @return this
    public <T> Select<R> receive(ReceiveChannel<T> channel, Function<? super T, ? extends R> then) {
        return with(new Clause.Receive<>(channel, then, null));
    }

    /// Adds: an item is received, or the values of the channel have ended. That is told once; from then on
    /// the clause is left out.
    ///
    /// @return this
    public <T> Select<R> receive(ReceiveChannel<T> channel, Function<? super T, ? extends R> then,
            Supplier<? extends R> atEnd) {
        return with(new Clause.Receive<>(channel, then, Objects.requireNonNull(atEnd, "atEnd")));
    }

    /// Adds: an item is sent. If it cannot be any more, [#await] throws what [send][SendChannel#send] would.
    ///
    /// @param items is asked for the item, never null, at each beginning of an [#await]: what it returns may
    ///     or may not be sent
    /// @return this
    public <T> Select<R> send(SendChannel<T> channel, Supplier<? extends T> items,
            Supplier<? extends R> then) {
        return with(new Clause.Send<>(channel, items, then));
    }

    /// Adds: a task has ended, an event has been set. It stays ready for ever.
    ///
    /// @param completion is asked while nothing is locked; should it throw, so does [#await], and nothing has
    ///     happened. Not a task that [encloses][dev.structured.core.Task#encloses] the one that waits, which
    ///     [#await] refuses
    /// @return this
    public Select<R> on(Completion completion, Supplier<? extends R> then) {
        return with(new Clause.Done<>(completion, then));
    }

    /// Adds: nothing else has happened for so long. Of several the shortest counts.
    ///
    /// @return this
    /// @throws IllegalArgumentException if the duration is negative
    public Select<R> after(Duration duration, Supplier<? extends R> then) {
        if (duration.isNegative())
            throw new IllegalArgumentException("Time does not go back: " + duration);
        if (limit == null || duration.compareTo(limit) < 0) {
            limit = duration;
            atLimit = then;
        }
        return this;
    }

    /// Adds: nothing else is ready now. Then [#await] never waits.
    ///
    /// @return this
    public Select<R> orElse(Supplier<? extends R> then) {
        otherwise = then;
        return this;
    }

    private Select<R> with(Clause<R> clause) {
        clauses.add(clause);
        locksHaveChanged();
        return this;
    }

    private void locksHaveChanged() {
        locks = clauses.stream().map(Clause::lock).filter(Objects::nonNull).distinct()
                .sorted(Comparator.comparingLong(lock -> lock.number)).toList();
    }

    /// Returns true once the values of all its channels have ended, if it has been told so of each and there
    /// is nothing else to wait for: the end of a loop that merges channels.
    public boolean isOver() {
        return clauses.isEmpty() && atLimit == null && otherwise == null;
    }

    /* --- Waiting --- */

    /// Waits until one of its clauses has happened, and returns what the program makes of it. **Checkpoint.**
    /// If it throws before that, nothing has happened.
    ///
    /// @throws ChannelClosedException if the handle of a clause is closed, or is closed during the wait
    /// @throws EndOfChannelException if values have ended that a clause waits for without saying what then
    /// @throws BrokenException if an item cannot be sent because every receiving handle is closed, or none
    ///     will come as [receive][ReceiveChannel#receive] has it
    /// @throws Cancelled if a scope around the task is cancelled before
    /// @throws IllegalStateException if it [is over][#isOver], or the calling thread runs no task
    public R await() {
        if (isOver()) {
            throw new IllegalStateException(
                    "There is nothing to select from: no clause was added, or the values of all have ended."
                            + " A loop looks at isOver()");
        }
        Checkpoints.quickCheckpoint();
        Clause<R> ready = begin();
        Wait<Waiting<?>> pending = wait;
        wait = null; // it leads to what was received
        if (pending != null) return outcome(pending);
        return ready == null ? Objects.requireNonNull(otherwise).get() : resultOf(ready);
    }

    /// Returns a clause that has happened now; null if there is none: then all of them are registered, unless
    /// there is no need to wait.
    private @Nullable Clause<R> begin() {
        for (Clause<R> clause : clauses) clause.prepare();
        for (ChannelLock lock : locks) lock.lock();
        try {
            Clause<R> ready = firstReady();
            if (ready == null && otherwise == null) register(Wait.cancellable(this));
            return ready;
        } finally {
            unlock();
        }
    }

    private void register(Wait<Waiting<?>> fresh) {
        for (Clause<R> clause : clauses) clause.register(fresh);
        wait = fresh;
    }

    private void unlock() {
        Waiting<?> woken = null; // by one of them at most: only one clause has done something
        for (ChannelLock lock : locks) {
            Waiting<?> by = lock.release();
            if (by != null) woken = by;
        }
        ChannelLock.wake(woken);
    }

    private @Nullable Clause<R> firstReady() {
        int count = clauses.size();
        int begin = fair ? beginning(count) : 0;
        for (int i = 0; i < count; i++) {
            int at = begin + i < count ? begin + i : begin + i - count;
            if (!clauses.get(at).attempt()) continue;
            turn = at + 1;
            return clauses.get(at);
        }
        return null;
    }

    /// Returns the place where a fair one begins to look. One that has not been awaited before has no clause
    /// that happened last: programs that make a new one for each wait would always prefer its first clause.
    /// So it begins where the first of its channels says, which spreads the beginnings evenly, and equally in
    /// each replay of a simulation.
    private int beginning(int count) {
        if (turn >= 0) return turn < count ? turn : 0;
        return locks.isEmpty() ? 0 : locks.getFirst().draw(count);
    }

    private R outcome(Wait<Waiting<?>> pending) {
        Clause<R> happened = null;
        try {
            hook(pending);
            Waiting<?> decided = limit == null ? pending.await() : awaitWithin(limit, pending);
            if (decided != null) happened = clauseOf(decided);
            if (happened != null) happened.happened();
        } finally {
            for (Clause<R> clause : clauses) clause.withdraw();
        }
        return happened == null ? Objects.requireNonNull(atLimit).get() : resultOf(happened);
    }

    /// A completion that cannot be hooked keeps this from waiting, so its wait must not be decided any more.
    /// If somebody was quicker, that has happened, and counts: the completion will be asked again.
    private void hook(Wait<Waiting<?>> pending) {
        try {
            for (Clause<R> clause : clauses) clause.hook(pending);
        } catch (Throwable thrown) {
            if (pending.breakOff("something that it is for cannot be waited for")) throw thrown;
        }
    }

    /// @return null if the time was up before
    private static @Nullable Waiting<?> awaitWithin(Duration limit, Wait<Waiting<?>> wait) {
        return switch (new CancelScope("select").withTimeout(limit).call(wait::await)) {
            case ScopeResult.Completed<Waiting<?>>(Waiting<?> decided) -> decided;
            case ScopeResult.Cancelled<Waiting<?>> _ -> null;
        };
    }

    private Clause<R> clauseOf(Waiting<?> decided) {
        for (int at = 0; at < clauses.size(); at++) {
            if (clauses.get(at).waiting != decided) continue;
            turn = at + 1;
            return clauses.get(at);
        }
        throw new IllegalStateException("a wait was completed with a place that is none of its");
    }

    private R resultOf(Clause<R> clause) {
        // Before the program is told: it may throw, or select again.
        if (clause.isOver() && clauses.remove(clause)) locksHaveChanged();
        return clause.result();
    }

    @Override
    public String toString() {
        return clauses.stream().map(String::valueOf).collect(Collectors.joining(", or "))
                + (limit == null ? "" : ", or " + limit + " to pass");
    }
}
