package dev.structured.service;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// SIGTERM and Ctrl+C: the first one ends the service in order, the second one ends the process at once.
///
/// A shutdown hook would not do: with one, the exit code is 143 instead of 0, and a second signal has no
/// effect. The JDK's signals are in `sun.misc`, and javac warns about every use of that package in a way that
/// cannot be suppressed. So this class uses reflection.
final class ExitSignals {

    private static final List<String> SIGNALS = List.of("TERM", "INT");

    private final Runnable end;
    private final AtomicBoolean ending = new AtomicBoolean();

    private ExitSignals(Runnable end) {
        this.end = end;
    }

    /// Calls `end` at the first signal, on a thread of the JVM, and halts the JVM at the second.
    static void onFirst(Runnable end) {
        var signals = new ExitSignals(end);
        try {
            for (String name : SIGNALS) signals.listen(name);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "This JVM delivers no signals: it lacks jdk.unsupported, or was started with -Xrs",
                    e);
        }
    }

    private void listen(String name) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object heard = signal.getConstructor(String.class).newInstance(name);
        int exitCode = 128 + (int) signal.getMethod("getNumber").invoke(heard);
        Object listener = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[]{handler},
                (_, method, _) -> {
                    if (method.getName().equals("handle")) arrived(exitCode);
                    return null;
                });
        signal.getMethod("handle", signal, handler).invoke(null, heard, listener);
    }

    private void arrived(int exitCode) {
        if (ending.compareAndSet(false, true)) {
            end.run();
        } else {
            Runtime.getRuntime().halt(exitCode);
        }
    }
}
