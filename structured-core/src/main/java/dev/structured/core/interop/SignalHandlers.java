package dev.structured.core.interop;

import dev.structured.core.Instrument;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The listeners of this JVM, by signal. The first listener of a signal replaces the handler that the signal
/// had, and the last one restores it; so it does not matter in which order blocks end.
///
/// The signals of the JDK are in `sun.misc`, a supported module with an unsupported name, about which the
/// compiler warns in a way that cannot be silenced. So they are reached by reflection, here and nowhere else
/// in this library.
final class SignalHandlers {
    private static final Object LOCK = new Object();
    /// Guarded by the lock.
    private static final Map<Signal, Listened> LISTENED = new EnumMap<>(Signal.class);

    /// A signal that has listeners.
    ///
    /// @param former the handler that it had before
    private record Listened(Object former, List<Consumer<Signal>> listeners) {}

    private SignalHandlers() {}

    /// @param listener called on a thread of the JVM for each signal; must be quick
    static void add(Signal signal, Consumer<Signal> listener) {
        synchronized (LOCK) {
            Listened known = LISTENED.get(signal);
            if (known == null) {
                known = new Listened(handle(signal, ours(signal)), new ArrayList<>());
                LISTENED.put(signal, known);
            }
            known.listeners().add(listener);
        }
    }

    static void remove(Signal signal, Consumer<Signal> listener) {
        synchronized (LOCK) {
            Listened known = LISTENED.get(signal);
            if (known == null || !known.listeners().remove(listener) || !known.listeners().isEmpty()) return;
            LISTENED.remove(signal);
            handle(signal, known.former());
        }
    }

    private static void arrived(Signal signal) {
        List<Consumer<Signal>> all;
        synchronized (LOCK) {
            Listened known = LISTENED.get(signal);
            all = known == null ? List.of() : List.copyOf(known.listeners());
        }
        for (Consumer<Signal> listener : all) tell(listener, signal);
    }

    /// What one listener throws keeps no other from being called.
    @SuppressWarnings("SwallowedCancelled") // no task runs on this thread
    private static void tell(Consumer<Signal> listener, Signal signal) {
        try {
            listener.accept(signal);
        } catch (Throwable thrown) {
            Instrument.reportDropped(thrown);
        }
    }

    /* --- sun.misc --- */

    private static Object ours(Signal signal) {
        Class<?> type = named("sun.misc.SignalHandler");
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type},
                (self, method, arguments) -> {
                    return switch (method.getName()) {
                        case "handle" -> {
                            arrived(signal);
                            yield null;
                        }
                        case "equals" -> self == arguments[0];
                        case "hashCode" -> System.identityHashCode(self);
                        default -> "the handler of " + signal;
                    };
                });
    }

    /// Sets the handler of the signal, and returns the former one.
    private static Object handle(Signal signal, Object handler) {
        try {
            Class<?> type = named("sun.misc.Signal");
            Object its = type.getConstructor(String.class).newInstance(signal.name());
            return type.getMethod("handle", type, named("sun.misc.SignalHandler")).invoke(null, its, handler);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("Signal " + signal
                    + " cannot be listened to: this machine does not have it, or the JVM reserves it."
                    + " Was it started"
                    + " with -Xrs?", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw unsupported(e);
        }
    }

    private static Class<?> named(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw unsupported(e);
        }
    }

    private static IllegalStateException unsupported(ReflectiveOperationException e) {
        return new IllegalStateException(
                "This JVM does not let programs handle signals: it lacks the module jdk.unsupported. Start"
                        + " it with"
                        + " --add-modules jdk.unsupported",
                e);
    }
}
