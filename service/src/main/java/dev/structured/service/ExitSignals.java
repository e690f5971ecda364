package dev.structured.service;

import dev.structured.core.interop.Signal;
import dev.structured.core.interop.Signals;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/// SIGTERM and Ctrl+C: the first one ends the service in order, the second one ends the process at once.
///
/// A shutdown hook would not do: with one, the exit code is 143 instead of 0, and a second signal has no
/// effect. A task that receives the signals would not do either: the second signal must work even if no task
/// can run.
final class ExitSignals {
    private static final Set<Signal> SIGNALS = EnumSet.of(Signal.TERM, Signal.INT);

    private ExitSignals() {}

    /// Calls `end` at the first signal, on a thread of the JVM, and halts the JVM at the second.
    ///
    /// @throws IllegalStateException if this JVM does not let programs handle signals
    @SuppressWarnings("resource") // listens until the process ends
    static void onFirst(Runnable end) {
        AtomicBoolean ending = new AtomicBoolean();
        Signals.listen(SIGNALS, signal -> {
            if (ending.compareAndSet(false, true)) {
                end.run();
            } else {
                Runtime.getRuntime().halt(signal.exitCode());
            }
        });
    }
}
