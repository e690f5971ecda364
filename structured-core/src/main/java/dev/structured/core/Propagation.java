package dev.structured.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Wraps the code of new tasks by the [Propagator]s of one scheduler.
///
/// Only the user's code is wrapped, never the kernel's own steps around it. So whatever a propagator does,
/// the task ends and its nursery learns of it.
final class Propagation {
    private static final System.Logger LOG = System.getLogger(Propagator.class.getName());

    private final Propagator[] propagators;

    Propagation(List<Propagator> propagators) {
        this.propagators = propagators.toArray(Propagator[]::new);
    }

    /// Returns a propagator that binds scoped values in a new task to the values that they have where it is
    /// started.
    static Propagator of(List<ScopedValue<?>> values) {
        return task -> {
            ScopedValue.Carrier carrier = null;
            for (ScopedValue<?> value : values) carrier = bound(carrier, value);
            if (carrier == null) return task;
            ScopedValue.Carrier all = carrier;
            return () -> all.run(task);
        };
    }

    private static <T> ScopedValue.@Nullable Carrier bound(ScopedValue.@Nullable Carrier carrier,
            ScopedValue<T> value) {
        if (!value.isBound()) return carrier;
        return carrier == null ? ScopedValue.where(value, value.get()) : carrier.where(value, value.get());
    }

    /// Called on the thread that starts the task.
    <T extends @Nullable Object> ValueBody<T, ?> around(ValueBody<T, ?> body) {
        if (propagators.length == 0) return body;
        Carried<T> carried = new Carried<>(body);
        Runnable outermost = carried;
        for (int i = propagators.length - 1; i >= 0; i--) outermost = propagators[i].wrap(outermost);
        Runnable all = outermost;
        return () -> carried.through(all);
    }

    /// Carries the value or exception of the body through a [Runnable].
    private static final class Carried<T extends @Nullable Object> implements Runnable {
        private final ValueBody<T, ?> body;
        private boolean ran;
        private @Nullable T value;
        private @Nullable Throwable thrown;

        Carried(ValueBody<T, ?> body) {
            this.body = body;
        }

        @Override
        public void run() {
            if (ran) throw new IllegalStateException("A propagator ran its task twice");
            ran = true;
            try {
                value = body.call();
            } catch (Throwable t) {
                thrown = t;
            }
        }

        @SuppressWarnings("NullAway") // the body's own value
        T through(Runnable all) throws Exception {
            Throwable outside = null;
            try {
                all.run();
            } catch (Throwable t) {
                outside = t;
            }
            if (thrown == null) thrown = outside;
            else if (outside != null && !Suppressed.add(thrown, outside)) {
                Words.log(LOG, System.Logger.Level.WARNING, "A propagator failed beside its task", outside);
            }
            if (thrown != null) throw Rethrow.unchecked(thrown);
            if (!ran)
                throw new IllegalStateException(
                        "A propagator did not run the task that it was given. It must, once, on the"
                                + " thread on which"
                                + " its own code is run.");
            return value;
        }
    }
}
