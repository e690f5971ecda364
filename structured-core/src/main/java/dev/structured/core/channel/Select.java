package dev.structured.core.channel;

import dev.structured.core.BrokenException;
import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Completion;
import dev.structured.core.Instrument;
import dev.structured.core.Task;
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

/// Waits for the first of several events: an item is received or sent, a task ends, an
/// [event][dev.structured.core.Completion] is set, a time passes. Exactly one of them happens; the others
/// have no effect at all.
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
/// If several clauses are ready at once, a [fair][Order#FAIR] select takes them in turn, and a
/// [biased][Order#BIASED] one takes the first in the order in which they were added. A select can be awaited
/// any number of times. If a program makes a new fair select for each wait, each begins at another clause, so
/// that none is passed over for ever. The function of the clause that happened runs on the caller's thread,
/// after everything else. Not thread-safe: one task uses it at a time.
///
/// @param <R> the value of the clauses' functions
public final class Select<R extends @Nullable Object> {

    /// Decides which clause happens if several are ready.
    public enum Order {
        /// The clauses take turns.
        FAIR,
        /// The clause that was added first.
        BIASED
    }

    /*
     * The select takes the locks of all channels, in the order of their numbers, and holds them while it
     * looks for a clause that is ready and, if there is none, enters all the queues. So no thread can decide
     * its wait while it may still decide the wait of another task: there is never a decision about two waits
     * at once. (Go works in this way.) A task that ends, or an event, decides only this wait. Completions may
     * be the user's code, so they are asked before the locks are taken, and get their hook after the locks
     * are released.
     */
    private final boolean fair;
    private final List<Clause<R>> clauses = new ArrayList<>();
    /// See [#locks()]; null if a clause has come or gone.
    private @Nullable List<ChannelLock> locks;
    private @Nullable Duration limit;
    private @Nullable Supplier<? extends R> atLimit;
    private @Nullable Supplier<? extends R> otherwise;
    /// The wait of an [#await] that has to wait, from the locks to the waiting.
    private @Nullable Wait<Waiting<?>> wait;
    /// The place that the wait of an [#await] was completed with.
    private @Nullable Waiting<?> decided;
    /// Whether the waiting has begun, so that the wait may have been cancelled.
    private boolean waited;
    /// The place where a fair select begins to look: behind the clause that happened last. Negative before
    /// the first.
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

    /// Adds a clause that receives an item. When no more items can come, every [#await] throws the exception
    /// that [receive][ReceiveChannel#receive] would throw.
    ///
    /// @return this
    public <T> Select<R> receive(ReceiveChannel<T> channel, Function<? super T, ? extends R> then) {
        return with(new Clause.Receive<>(channel, then, null));
    }

    /// Adds a clause that receives an item, or happens once when the items of the channel have ended; from
    /// then on the clause is left out.
    ///
    /// @return this
    public <T> Select<R> receive(ReceiveChannel<T> channel, Function<? super T, ? extends R> then,
            Supplier<? extends R> atEnd) {
        return with(new Clause.Receive<>(channel, then, Objects.requireNonNull(atEnd, "atEnd")));
    }

    /// Adds a clause that sends an item. When no item can be sent any more, [#await] throws the exception
    /// that [send][SendChannel#send] would throw.
    ///
    /// @param items called at the beginning of each [#await] for the item, never null, which may or may not
    ///     be sent
    /// @return this
    public <T> Select<R> send(SendChannel<T> channel, Supplier<? extends T> items,
            Supplier<? extends R> then) {
        return with(new Clause.Send<>(channel, items, then));
    }

    /// Adds a clause that happens when a task has ended or an event has been set. From then on it is always
    /// ready.
    ///
    /// @param completion called while no lock is held; if its `isDone` or `addHook` throws, so does [#await],
    ///     and no clause has happened. Must not be a task that
    ///     [encloses][dev.structured.core.Task#encloses] the waiting task: [#await] refuses that
    /// @return this
    public Select<R> on(Completion completion, Supplier<? extends R> then) {
        return with(new Clause.Done<>(completion, then));
    }

    /// Adds a clause that happens when no other has for the given time. If there are several, the shortest
    /// time counts.
    ///
    /// @return this
    /// @throws IllegalArgumentException if the duration is negative
    public Select<R> after(Duration duration, Supplier<? extends R> then) {
        if (duration.isNegative())
            throw new IllegalArgumentException("The duration must not be negative: " + duration);
        Objects.requireNonNull(then, "then");
        if (limit == null || duration.compareTo(limit) < 0) {
            limit = duration;
            atLimit = then;
        }
        return this;
    }

    /// Adds a clause that happens when no other is ready. With it [#await] never waits.
    ///
    /// @return this
    public Select<R> orElse(Supplier<? extends R> then) {
        otherwise = Objects.requireNonNull(then, "then");
        return this;
    }

    private Select<R> with(Clause<R> clause) {
        clauses.add(clause);
        locks = null;
        return this;
    }

    /// Returns the locks of the clauses' channels, each once, in the order of their numbers. Sorts them only
    /// when a clause has come or gone since the last wait.
    private List<ChannelLock> locks() {
        List<ChannelLock> known = locks;
        if (known == null) known = sortedLocks();
        locks = known;
        return known;
    }

    private List<ChannelLock> sortedLocks() {
        return clauses.stream().map(Clause::lock).filter(Objects::nonNull).distinct()
                .sorted(Comparator.comparingLong(lock -> lock.number)).toList();
    }

    /// Returns true once the items of all its channels have ended, if each has a clause for its end that has
    /// happened, and there is no other clause to wait for. This is the end of a loop that merges channels.
    public boolean isOver() {
        return clauses.isEmpty() && atLimit == null && otherwise == null;
    }

    /* --- Waiting --- */

    /// Waits until one of its clauses has happened, and returns the value of the clause's function.
    /// **Checkpoint.** If it throws before that, no clause has happened.
    ///
    /// @throws ChannelClosedException if the handle of a clause is closed, or is closed during the wait
    /// @throws EndOfChannelException if the items of a channel have ended, and its clause has no function for
    ///     that
    /// @throws BrokenException if an item cannot be sent because every receiving handle is closed, or in the
    ///     cases in which [receive][ReceiveChannel#receive] throws it
    /// @throws Cancelled if a scope around the task is cancelled before
    /// @throws IllegalStateException if it [is over][#isOver], or the calling thread runs no task
    public R await() {
        if (isOver()) {
            throw new IllegalStateException(
                    "There is nothing to select from: no clause was added, or the items of all have ended."
                            + " A loop looks at isOver()");
        }
        Checkpoints.quickCheckpoint();
        Clause<R> ready = begin();
        Wait<Waiting<?>> pending = wait;
        wait = null; // it leads to what was received
        if (pending != null) return outcome(pending);
        return ready == null ? Objects.requireNonNull(otherwise).get() : resultOf(ready);
    }

    /// Returns a clause that has happened now; null if there is none. In that case all clauses are
    /// registered, unless there is no need to wait.
    private @Nullable Clause<R> begin() {
        for (Clause<R> clause : clauses) clause.prepare();
        Wait.requireStack();
        List<ChannelLock> all = locks();
        ChannelLock.lockAll(all);
        try {
            Clause<R> ready = firstReady(all);
            if (ready == null && otherwise == null) register(Wait.cancellable(this));
            return ready;
        } finally {
            unlock(all);
        }
    }

    private void register(Wait<Waiting<?>> fresh) {
        boolean whole = false;
        try {
            for (Clause<R> clause : clauses) clause.register(fresh);
            whole = true;
        } finally {
            if (!whole) unregister(); // the locks are held: nobody has decided the wait
        }
        wait = fresh;
    }

    private void unregister() {
        for (int i = 0; i < clauses.size(); i++) clauses.get(i).unregister();
    }

    private void withdraw() {
        for (int i = 0; i < clauses.size(); i++) clauses.get(i).withdraw();
    }

    private static void unlock(List<ChannelLock> locks) {
        Waiting<?> woken = null; // by one of them at most: only one clause has done something
        for (int i = 0; i < locks.size(); i++) {
            Waiting<?> by = locks.get(i).release();
            if (by != null) woken = by;
        }
        ChannelLock.wake(woken);
    }

    private @Nullable Clause<R> firstReady(List<ChannelLock> locks) {
        int count = clauses.size();
        int begin = fair ? beginning(count, locks) : 0;
        for (int i = 0; i < count; i++) {
            int at = begin + i < count ? begin + i : begin + i - count;
            if (!clauses.get(at).attempt()) continue;
            turn = at + 1;
            return clauses.get(at);
        }
        return null;
    }

    /// Returns the place where a fair select begins to look. A new one has no clause that happened last, and
    /// programs that make a new one for each wait would always prefer its first clause. So it begins at a
    /// number drawn from its first channel, or else from the number of checkpoints that the task has passed.
    /// That spreads the beginnings evenly, and in the same way in each replay of a simulation.
    private int beginning(int count, List<ChannelLock> locks) {
        if (turn >= 0) return turn < count ? turn : 0;
        if (!locks.isEmpty()) return locks.getFirst().draw(count);
        return ChannelLock.spread(Task.current().statistics().cancelPoints(), count);
    }

    private R outcome(Wait<Waiting<?>> pending) {
        Clause<R> happened = null;
        try {
            decided = null;
            hook(pending);
            awaitDecision(pending);
            if (decided != null) happened = clauseOf(decided);
            if (happened != null) happened.happened();
        } finally {
            decided = null; // it leads to what was received
            withdraw();
        }
        return happened == null ? Objects.requireNonNull(atLimit).get() : resultOf(happened);
    }

    /// If a completion accepts no hook, this cannot wait, so no other thread may decide its wait any more. If
    /// a thread has decided it before, that decision counts, and the completion is asked again at the next
    /// wait.
    private void hook(Wait<Waiting<?>> pending) {
        try {
            for (Clause<R> clause : clauses) clause.hook(pending);
        } catch (Throwable thrown) {
            if (pending.breakOff("one of its clauses cannot be waited for")) throw thrown;
        }
    }

    /// Waits for the decision, which stands whatever the machine throws. There is none if the time passed
    /// first.
    private void awaitDecision(Wait<Waiting<?>> pending) {
        waited = false;
        try {
            if (limit == null) await(pending);
            else
                new CancelScope("select").withTimeout(limit).run(() -> await(pending));
        } catch (VirtualMachineError thrown) {
            if (!waited && !pending.breakOff("the machine failed before it")) await(pending);
            if (decided == null) throw thrown;
            Instrument.reportDropped(thrown);
        }
    }

    private void await(Wait<Waiting<?>> pending) {
        waited = true;
        decided = pending.await();
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
        // Done before the program's function runs, which may throw, or select again.
        if (clause.isOver() && clauses.remove(clause)) locks = null;
        return clause.result();
    }

    @Override
    public String toString() {
        return clauses.stream().map(String::valueOf).collect(Collectors.joining(", or "))
                + (limit == null ? "" : ", or " + limit + " to pass");
    }
}
