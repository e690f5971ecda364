package dev.structured.core.interop;

import dev.structured.core.BrokenException;
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

/// Receives signals to this JVM from a channel, for the length of a block.
///
/// ```java
/// Nursery.run(nursery -> {
///     nursery.startSoon("server", server::serve);
///     Signal first = Signals.open(EnumSet.of(Signal.TERM, Signal.INT), ReceiveChannel::receive);
///     nursery.scope().cancel("told to end by " + first);
/// });
/// ```
///
/// While the block runs, the channel is the only effect of these signals, and once the block has closed it
/// they have none. At its end they have the same effect as before. If several blocks listen to a signal, each
/// receives it.
///
/// A flood of signals takes no space: a signal that comes while another of its kind has not been received yet
/// is merged with that one, as operating systems do.
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
    /// In the order of their arrival. Both guarded by the lock.
    private final LinkedHashSet<Signal> pending = new LinkedHashSet<>();
    private @Nullable Wait<Signals> helper;

    private Signals(Set<Signal> listened) {
        this.listened = EnumSet.copyOf(listened);
    }

    /// Runs the block with a channel of the signals that arrive during the block, and returns the block's
    /// value. **Not a checkpoint.**
    ///
    /// @param signals at least one
    /// @throws X if the block throws it
    /// @throws dev.structured.core.ScopeCancelledException if the block was cut short by a cancellation that
    ///     a shield has hidden since then
    /// @throws IllegalArgumentException if there are none
    /// @throws IllegalStateException if this JVM does not let programs handle one of them, such as `KILL` or
    ///     `QUIT`, or the calling thread runs no task
    @SuppressWarnings("RedundantThrows") // X is thrown through the helped block
    public static <T extends @Nullable Object, X extends Exception> T open(Set<Signal> signals,
            Fn<ReceiveChannel<Signal>, T, X> body) throws X {
        if (signals.isEmpty())
            throw new IllegalArgumentException("No signals to listen to were given.");
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
    /// @param listener may be called by several threads at once. What it throws is logged
    /// @throws IllegalArgumentException if there are no signals
    /// @throws IllegalStateException if this JVM does not let programs handle one of the signals
    public static Registration listen(Set<Signal> signals, Consumer<Signal> listener) {
        if (signals.isEmpty())
            throw new IllegalArgumentException("No signals to listen to were given.");
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

    /// The registration of a listener, which is called for signals until this is closed.
    public interface Registration extends AutoCloseable {
        /// Removes the listener and restores the handler that the signals had before. Closing again does
        /// nothing.
        @Override
        void close();
    }

    /// A registration; its identity distinguishes it from others with the same action.
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

    /// Called on a thread of the JVM.
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
            try {
                while (true)
                    out.send(next());
            } catch (BrokenException nobodyListens) {
                // the block has closed the channel, and goes on with something else
            }
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
