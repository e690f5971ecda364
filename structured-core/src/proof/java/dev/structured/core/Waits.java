package dev.structured.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Waits of a task that is not run, for proofs of what is made of waits: nobody parks in them.
public final class Waits {
    private static final Task<?> TASK = new Task<>(Scheduler.create(), "task");
    private static final VarHandle OUTCOME;

    static {
        try {
            OUTCOME = MethodHandles.privateLookupIn(Wait.class, MethodHandles.lookup())
                    .findVarHandle(Wait.class, "outcome", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Waits() {}

    public static <R> Wait<R> newWait() {
        return new Wait<>(TASK, "a test", true);
    }

    public static boolean abort(Wait<?> wait) {
        return wait.abort(new CancelReason(CancelReason.Source.EXPLICIT, "s", "w", null));
    }

    /// Returns what decided it: what it was completed with, or something else; null while it is pending.
    public static @Nullable Object outcome(Wait<?> wait) {
        return OUTCOME.getVolatile(wait);
    }
}
