package dev.structured.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Finds the task of a thread that has lost it, because foreign code has given the thread another handler of
/// uncaught exceptions. The search goes through all tasks of all schedulers, once; the thread then remembers
/// the result.
final class TaskLookup {
    /// Guarded by itself.
    private static final Set<Scheduler> SCHEDULERS = Collections.newSetFromMap(new WeakHashMap<>());

    private static final StackWalker STACK = StackWalker
            .getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    private static final AtomicLong SEARCHES = new AtomicLong();

    private TaskLookup() {}

    static void mayBeIn(Scheduler scheduler) {
        synchronized (SCHEDULERS) {
            SCHEDULERS.add(scheduler);
        }
    }

    /// Returns true if the thread has a handler of its own, and it is none of ours.
    static boolean isLikelyFor(Thread thread) {
        return !(thread.getUncaughtExceptionHandler() instanceof ThreadGroup);
    }

    /// Returns the task that the calling thread runs; null if it runs none. All tasks are looked through only
    /// if the thread runs a child, of which its stack has the trace.
    static @Nullable Task<?> ofCaller() {
        return runsChild() ? search(Thread.currentThread()) : null;
    }

    private static boolean runsChild() {
        return STACK.walk(frames -> frames.anyMatch(frame -> frame.getDeclaringClass() == ChildThread.class));
    }

    private static @Nullable Task<?> search(Thread thread) {
        SEARCHES.incrementAndGet();
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

    /// Returns about how often all tasks have been looked through. For tests.
    static long searches() {
        return SEARCHES.get();
    }
}
