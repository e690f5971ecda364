package dev.structured.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/// Finds the task of a thread that does not know it any more, because somebody has given it another handler of uncaught
/// exceptions: looks through all tasks of all schedulers. The thread then remembers what has been found.
final class TaskLookup {
    /// Guarded by itself.
    private static final Set<Scheduler> SCHEDULERS = Collections.newSetFromMap(new WeakHashMap<>());

    private TaskLookup() {}

    static void mayBeIn(Scheduler scheduler) {
        synchronized (SCHEDULERS) {
            SCHEDULERS.add(scheduler);
        }
    }

    /// True if the thread has a handler of its own, and it is none of ours.
    static boolean isLikelyFor(Thread thread) {
        return !(thread.getUncaughtExceptionHandler() instanceof ThreadGroup);
    }

    /// Returns the task that the thread runs; null if it runs none.
    static @Nullable Task<?> of(Thread thread) {
        List<Scheduler> schedulers;
        synchronized (SCHEDULERS) {
            schedulers = new ArrayList<>(SCHEDULERS);
        }
        List<Task<?>> found = new ArrayList<>(1);
        for (Scheduler scheduler : schedulers) {
            for (Task<?> root : scheduler.roots()) {
                CancelTree.walk(root, task -> {
                    if (task.gate().thread() == thread) found.add(task);
                });
            }
        }
        return found.isEmpty() ? null : found.getFirst();
    }
}
