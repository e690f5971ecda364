package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// Tasks that are not run, and waits that nobody waits in, for proofs of structures in other rooms.
public final class Idle {
    private static final Scheduler SCHEDULER = Scheduler.create();

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
        return wait.isPending();
    }
}
