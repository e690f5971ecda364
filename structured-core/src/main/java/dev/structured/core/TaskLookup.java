package dev.structured.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Finds the task that a thread runs.
///
/// The thread of a child has its task as its handler of uncaught exceptions: see [ChildThread]. An adopted
/// thread remembers its task. If foreign code has set another handler on a child's thread, the task is looked
/// for among all tasks of all schedulers, once, and the thread remembers the result.
final class TaskLookup {
    /// The task of an adopted thread, or of a child's thread with another handler.
    private static final ThreadLocal<@Nullable Object> CURRENT = new ThreadLocal<>();
    /// Remembered by a thread that runs no task and has a handler of its own.
    private static final Object NO_TASK = "no task";

    /// Guarded by itself.
    private static final Set<Scheduler> SCHEDULERS = Collections.newSetFromMap(new WeakHashMap<>());

    private static final StackWalker STACK = StackWalker
            .getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    private static final AtomicLong SEARCHES = new AtomicLong();

    private TaskLookup() {}

    /// Returns the task that the calling thread runs; null if it runs none.
    static @Nullable Task<?> currentOrNull() {
        Thread me = Thread.currentThread();
        Task<?> child = ChildThread.taskOf(me);
        if (child != null) return child;
        Object known = CURRENT.get();
        if (known == null && isLikelyFor(me)) known = found();
        return known instanceof Task<?> task ? task : null;
    }

    /// Looks for the task once, and has the thread remember the result.
    private static Object found() {
        Task<?> lost = ofCaller();
        Object found = lost == null ? NO_TASK : lost;
        CURRENT.set(found);
        return found;
    }

    /// Returns the task that the calling thread runs.
    ///
    /// @param operation needs a task; for the message
    /// @throws IllegalStateException if the calling thread runs none
    static Task<?> current(String operation) {
        Task<?> task = currentOrNull();
        if (task == null && CURRENT.get() == null && found() instanceof Task<?> lost) return lost;
        if (task == null) {
            throw new IllegalStateException(operation + " needs a task, but thread '"
                    + Thread.currentThread().getName()
                    + "' runs none. Call it inside Scheduler.run or Scheduler.call, "
                    + "or in a task of a nursery. A worker thread of Blocking has its task do it: "
                    + "Blocking.inHost(…).");
        }
        return task;
    }

    /// Notes that the calling thread, which is no child's, runs the task from now on.
    static void adopt(Task<?> root) {
        CURRENT.set(root);
    }

    /// Notes that the calling thread, which was adopted, belongs to no task any more. It runs no child
    /// either, so even if it has a handler of its own no search is needed.
    static void detach() {
        if (isLikelyFor(Thread.currentThread())) CURRENT.set(NO_TASK);
        else
            CURRENT.remove();
    }

    /// Notes that the calling thread begins to run a child: it forgets what it remembered from another use.
    static void forget() {
        CURRENT.remove();
    }

    static void mayBeIn(Scheduler scheduler) {
        synchronized (SCHEDULERS) {
            SCHEDULERS.add(scheduler);
        }
    }

    /// Returns true if the thread has a handler of its own that this library has not set.
    static boolean isLikelyFor(Thread thread) {
        return !(thread.getUncaughtExceptionHandler() instanceof ThreadGroup);
    }

    /// Returns the task that the calling thread runs; null if it runs none. All tasks are searched only if
    /// the thread runs a child, which its stack trace shows.
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

    /// Returns about how often all tasks have been searched. For tests.
    static long searches() {
        return SEARCHES.get();
    }
}
