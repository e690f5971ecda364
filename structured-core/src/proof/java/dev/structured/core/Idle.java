package dev.structured.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Tasks that are not run, and their waits, for proofs of what is made of waits: nobody parks in them.
public final class Idle {
    private static final Scheduler SCHEDULER = Scheduler.open();
    private static final VarHandle OUTCOME;

    static {
        try {
            OUTCOME = MethodHandles.privateLookupIn(Wait.class, MethodHandles.lookup())
                    .findVarHandle(Wait.class, "outcome", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Idle() {}

    public static Task<@Nullable Object> task(String name) {
        return new Task<>(SCHEDULER, name);
    }

    public static <R> Wait<R> newWait(Task<?> task) {
        return new Wait<>(task, "a test", true);
    }

    public static boolean abort(Wait<?> wait) {
        return wait.abort(new CancelReason(CancelReason.Source.EXPLICIT, "s", "w", null));
    }

    public static boolean isPending(Wait<?> wait) {
        return !wait.isDecided();
    }

    /// Returns what decided it: what it was completed with, or something else; null while it is pending.
    public static @Nullable Object outcome(Wait<?> wait) {
        return OUTCOME.getVolatile(wait);
    }
}
