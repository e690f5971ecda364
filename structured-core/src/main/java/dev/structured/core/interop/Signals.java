package dev.structured.core.interop;

import dev.structured.core.Fn;
import dev.structured.core.RunEntry;
import dev.structured.core.Wait;
import dev.structured.core.channel.Channel;
import dev.structured.core.channel.Channels;
import dev.structured.core.channel.ReceiveChannel;
import dev.structured.core.channel.SendChannel;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Signals to this JVM, as a channel, for the length of a block.
///
/// ```java
/// Nursery.run(nursery -> {
///     nursery.startSoon("server", server::serve);
///     Signal first = Signals.open(EnumSet.of(Signal.TERM, Signal.INT), ReceiveChannel::receive);
///     nursery.scope().cancel("told to end by " + first);
/// });
/// ```
///
/// While the block runs, these signals have no other effect than to come out of the channel. At its end they
/// have the effect that they had before. If several blocks listen to a signal, each receives it.
///
/// A flood takes no space: a signal that comes while one of its kind has not been received yet counts as that
/// one, as signals of an operating system do.
public final class Signals {
    /*
     * Handler threads of the JVM ── arrived() ──▶ pending, under the lock ──▶ the helper task ──▶ channel
     *
     * The channel holds nothing. So at most one signal of each kind is pending, and one is being handed over.
     */
    private final Set<Signal> listened;
    private final Channel<Signal> channel = Channels.open("signals", 0);
    private final Consumer<Signal> listener = this::arrived;

    private final Object lock = new Object();
    /// Both guarded by the lock. In the order of their coming.
    private final LinkedHashSet<Signal> pending = new LinkedHashSet<>();
    private @Nullable Wait<Signals> helper;

    private Signals(Set<Signal> listened) {
        this.listened = EnumSet.copyOf(listened);
    }

    /// Runs the block with a channel of the signals that come meanwhile, and returns its value. **Not a
    /// checkpoint.**
    ///
    /// @param signals at least one
    /// @throws X what the block throws
    /// @throws IllegalArgumentException if there are none
    /// @throws IllegalStateException if this JVM does not let programs handle one of them, such as `KILL` or
    ///     `QUIT`, or the calling thread runs no task
    @SuppressWarnings("RedundantThrows") // X is thrown through the helped block
    public static <T extends @Nullable Object, X extends Exception> T open(Set<Signal> signals,
            Fn<ReceiveChannel<Signal>, T, X> body) throws X {
        if (signals.isEmpty())
            throw new IllegalArgumentException("Which signals are to be listened to? None are given.");
        RunEntry entry = RunEntry.open(); // a signal may come, so tasks that all wait are no deadlock
        try {
            return new Signals(signals).listen(body);
        } finally {
            entry.close();
        }
    }

    /// Calls the listener for each of these signals, on a thread of the JVM, until the registration is
    /// closed. For programs that must react to a signal even if no task can run, for example by ending the
    /// process; a task uses [#open].
    ///
    /// While a signal has a listener, its default effect is off. **Not a checkpoint.**
    ///
    /// @param signals at least one
    /// @param listener may be called by several threads at once
    /// @throws IllegalArgumentException if there are no signals
    /// @throws IllegalStateException if this JVM does not let programs handle one of the signals
    public static Registration listen(Set<Signal> signals, Consumer<Signal> listener) {
        if (signals.isEmpty())
            throw new IllegalArgumentException("Which signals are to be listened to? None are given.");
        Listener registered = new Listener(EnumSet.copyOf(signals), listener);
        boolean complete = false;
        try {
            for (Signal signal : registered.signals) SignalHandlers.add(signal, registered);
            complete = true;
        } finally {
            if (!complete) registered.close();
        }
        return registered;
    }

    /// A listener that hears signals until this is closed.
    public interface Registration extends AutoCloseable {
        /// Ends the listening; the handler that the signals had before is back. Closing twice does nothing.
        @Override
        void close();
    }

    /// A registration; its identity tells it from others with the same action.
    private static final class Listener implements Registration, Consumer<Signal> {
        private final Set<Signal> signals;
        private final Consumer<Signal> action;

        Listener(Set<Signal> signals, Consumer<Signal> action) {
            this.signals = signals;
            this.action = action;
        }

        @Override
        public void accept(Signal signal) {
            action.accept(signal);
        }

        @Override
        public void close() {
            for (Signal signal : signals) SignalHandlers.remove(signal, this);
        }
    }

    private <T extends @Nullable Object> T listen(Fn<ReceiveChannel<Signal>, T, ?> body) {
        try {
            for (Signal signal : listened) SignalHandlers.add(signal, listener);
            return HelpedBlock.call("signals", block -> {
                block.beside("signals", this::forward);
                T value = body.apply(channel.receiver());
                block.stopHelpers();
                return value;
            });
        } finally {
            for (Signal signal : listened) SignalHandlers.remove(signal, listener);
        }
    }

    /// On a thread of the JVM.
    private void arrived(Signal signal) {
        Wait<Signals> waiting;
        synchronized (lock) {
            pending.add(signal);
            waiting = helper;
            helper = null;
            if (waiting != null && !waiting.decide(this)) waiting = null;
        }
        if (waiting != null) waiting.wake();
    }

    private void forward() {
        channel.sender().feed((SendChannel<Signal> out) -> {
            while (true)
                out.send(next());
        });
    }

    private Signal next() {
        while (true) {
            Wait<Signals> wait = Wait.cancellable(this);
            synchronized (lock) {
                if (!pending.isEmpty()) return pending.removeFirst();
                helper = wait;
            }
            wait.await();
        }
    }

    @Override
    public String toString() {
        return "signals " + listened;
    }
}
