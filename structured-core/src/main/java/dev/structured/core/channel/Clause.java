package dev.structured.core.channel;

import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Completion;
import dev.structured.core.Instrument;
import dev.structured.core.Task;
import dev.structured.core.Wait;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One event that a [Select] waits for, and the function to be called when it happens. Used by one task; its
/// channel, if it has one, is guarded by the channel's lock.
///
/// The methods are called in this order: [#prepare]; [#attempt], holding the locks of all clauses; if no
/// clause was ready, [#register], still holding the locks, [#hook] without them, and at the end [#withdraw];
/// finally [#result] of the clause that happened. If a `register` fails, [#unregister] of all.
abstract sealed class Clause<R extends @Nullable Object> {
    /// The place in the queue of its channel; null unless it is registered.
    @Nullable
    Waiting<?> waiting;

    /// Returns the lock of its channel; null if it has none.
    @Nullable
    ChannelLock lock() {
        return null;
    }

    /// Calls the user's code that this clause needs, which must not run while a channel is locked. Holding no
    /// lock.
    void prepare() {}

    /// Makes the event happen if that needs no waiting.
    ///
    /// @return true if the event has happened
    abstract boolean attempt();

    /// Puts a place into the queue of its channel. Holding its lock.
    void register(Wait<Waiting<?>> wait) {}

    /// Undoes [#register]. Holding its lock.
    final void unregister() {
        if (waiting != null) waiting.withdraw();
        forget();
    }

    /// Has the wait end with the event, which is not that of a channel. Holding no lock.
    void hook(Wait<Waiting<?>> wait) {}

    /// Undoes [#register] and [#hook], unless the event has happened. Holding no lock.
    final void withdraw() {
        if (waiting != null) waiting.run();
        forget();
    }

    /// Forgets what was for the wait.
    void forget() {
        waiting = null;
    }

    /// The wait has ended with this clause's place.
    void happened() {}

    /// Returns true if this clause will never be ready again after the event that has just happened. Holding
    /// no lock.
    ///
    /// @throws Cancelled if the task is cancelled and must not see that the channel has ended: see
    ///     [ReceiveSide#inVain]
    boolean isOver() {
        return false;
    }

    /// Returns the value of the clause's function. Holding no lock.
    abstract R result();

    /// An item is received.
    static final class Receive<T, R extends @Nullable Object> extends Clause<R> {
        private final ReceiveChannel<T> channel;
        private final ReceiveSide<T> side;
        private final Function<? super T, ? extends R> then;
        private final @Nullable Supplier<? extends R> atEnd;
        private @Nullable Waiting<T> place;
        private @Nullable T item;
        private @Nullable Closure closure;

        Receive(ReceiveChannel<T> channel, Function<? super T, ? extends R> then,
                @Nullable Supplier<? extends R> atEnd) {
            this.channel = channel;
            this.side = channel.side();
            this.then = Objects.requireNonNull(then, "then");
            this.atEnd = atEnd;
        }

        @Override
        ChannelLock lock() {
            return side.lock;
        }

        @Override
        boolean attempt() {
            item = side.take(channel);
            closure = item == null ? side.closure(channel) : null;
            return item != null || closure != null;
        }

        @Override
        void register(Wait<Waiting<?>> wait) {
            place = side.enlist(channel, wait);
            waiting = place;
        }

        @Override
        void forget() {
            super.forget();
            place = null;
        }

        @Override
        void happened() {
            Waiting<T> mine = Objects.requireNonNull(place);
            item = mine.item;
            closure = mine.closure;
        }

        @Override
        boolean isOver() {
            if (closure != Closure.END || atEnd == null) return false;
            Checkpoints.checkCancelled();
            return true;
        }

        @Override
        R result() {
            T received = item;
            item = null;
            if (received != null) return then.apply(received);
            if (closure == Closure.END && atEnd != null) return atEnd.get();
            throw side.inVain(Objects.requireNonNull(closure));
        }

        @Override
        public String toString() {
            return "an item of " + side;
        }
    }

    /// An item is sent.
    static final class Send<T, R extends @Nullable Object> extends Clause<R> {
        private final SendChannel<T> channel;
        private final Pipe<T> pipe;
        private final Supplier<? extends T> items;
        private final Supplier<? extends R> then;
        private @Nullable T item;
        private @Nullable Closure closure;

        Send(SendChannel<T> channel, Supplier<? extends T> items, Supplier<? extends R> then) {
            this.channel = channel;
            this.pipe = channel.pipe();
            this.items = Objects.requireNonNull(items, "items");
            this.then = Objects.requireNonNull(then, "then");
        }

        @Override
        ChannelLock lock() {
            return pipe.lock;
        }

        @Override
        void prepare() {
            item = Objects.requireNonNull(items.get(), "the item to be sent");
        }

        @Override
        boolean attempt() {
            closure = pipe.sendClosure(channel);
            return closure != null || pipe.offer(Objects.requireNonNull(item));
        }

        @Override
        void register(Wait<Waiting<?>> wait) {
            waiting = pipe.enlist(channel, wait, Objects.requireNonNull(item));
        }

        @Override
        void forget() {
            super.forget();
            item = null;
        }

        @Override
        void happened() {
            closure = Objects.requireNonNull(waiting).closure;
        }

        @Override
        R result() {
            item = null;
            if (closure != null) throw pipe.sendInVain(closure);
            return then.get();
        }

        @Override
        public String toString() {
            return "room in " + pipe;
        }
    }

    /// A task has ended, or an event has been set.
    static final class Done<R extends @Nullable Object> extends Clause<R> {
        private final Completion completion;
        private final Supplier<? extends R> then;
        private @Nullable Runnable hook;
        private boolean done;

        Done(Completion completion, Supplier<? extends R> then) {
            this.completion = Objects.requireNonNull(completion, "completion");
            this.then = Objects.requireNonNull(then, "then");
        }

        @Override
        void prepare() {
            if (completion instanceof Task<?> outer && outer.encloses(Task.current())) {
                throw new IllegalStateException("A select waits for task '" + outer.path()
                        + "', which waits for the end of the selecting task '" + Task.current().path()
                        + "': that clause would never happen. Use an Event that the outer task sets.");
            }
            done = completion.isDone();
        }

        @Override
        boolean attempt() {
            return done;
        }

        @Override
        void hook(Wait<Waiting<?>> wait) {
            Waiting<Object> mine = new Waiting<>(wait, new Users());
            waiting = mine;
            hook = () -> wait.complete(mine);
            completion.addHook(hook);
        }

        @Override
        void forget() {
            super.forget();
            Runnable added = hook;
            hook = null;
            if (added != null) remove(added);
        }

        /// A completion that throws here must not take the place of an item that was received.
        @SuppressWarnings("SwallowedCancelled") // the next checkpoint throws again
        private void remove(Runnable added) {
            try {
                completion.removeHook(added);
            } catch (Throwable thrown) {
                Instrument.reportDropped(thrown);
            }
        }

        @Override
        R result() {
            return then.get();
        }

        @Override
        public String toString() {
            return String.valueOf(completion);
        }
    }
}
