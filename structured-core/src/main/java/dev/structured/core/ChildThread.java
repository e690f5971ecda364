package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// The life of a child on its thread: begin, run the code, hand over a failure, end, leave the nursery. It is
/// also the child's gate. The thread finds its task by it, because it is the thread's handler of uncaught
/// exceptions.
///
/// Every thread has a field for such a handler; a thread-local would cost each child a map of its own. See
/// decision 0016.
final class ChildThread<T extends @Nullable Object> extends InterruptGate
        implements
            Runnable,
            Thread.UncaughtExceptionHandler {
    private final TaskGroup group;
    private final ValueBody<T, ?> body;
    private final @Nullable PendingStart<?> starting;

    /// @param starting is told when the task is ready; null if nothing waits for that
    ChildThread(Task<T> task, TaskGroup group, ValueBody<T, ?> body, @Nullable PendingStart<?> starting) {
        super(task);
        this.group = group;
        this.body = body;
        this.starting = starting;
    }

    @Override
    @SuppressWarnings("unchecked") // the constructor's
    public void run() {
        if (claim()) live((Task<T>) task());
    }

    private void live(Task<T> child) {
        T value = null;
        Throwable thrown = null;
        try {
            child.begin();
            value = body.call();
            child.noticeSwallowed(null);
        } catch (Throwable t) {
            thrown = Classification.of(child, t);
        }
        try {
            conclude(child, thrown);
        } finally {
            end(child, value, thrown);
        }
    }

    /// Hands a failure or cancellation of the code to the nursery, or to the start that waits for it.
    private void conclude(Task<T> child, @Nullable Throwable thrown) {
        noticeForeignInterrupt(); // the last chance: the thread ends, and its flag with it
        if (thrown instanceof Cancelled cancelled) child.unwinding().absorbed(cancelled, null);
        boolean callers = starting != null && starting.ended(thrown);
        Throwable rest = OwnScope.close(child, thrown);
        if (rest == null || callers) return;
        FailedInTask.label(rest, child.name(), group.name());
        group.failed(child, rest, CancelReason.Source.CHILD_FAILED);
    }

    /// Ends the child, and lets it leave, whatever is thrown on the way.
    private void end(Task<T> child, @Nullable T value, @Nullable Throwable thrown) {
        try {
            child.end(value, thrown);
        } finally {
            leave(child);
        }
    }

    private void leave(Task<T> child) {
        try {
            group.remove(child);
        } finally {
            if (starting != null) starting.finish();
        }
    }

    TaskGroup group() {
        return group;
    }

    /// Returns the task that waits until this child is ready; null if there is none. **Thread-safe.**
    @Nullable
    Task<?> starter() {
        return starting == null ? null : starting.waitingCaller();
    }

    /// Lets the calling thread, which runs this, find its task from now on.
    void tie() {
        Thread.currentThread().setUncaughtExceptionHandler(this);
        TaskLookup.forget();
    }

    /// Returns the child that the calling thread runs; null if it runs none, or has another handler by now.
    static @Nullable Task<?> taskOf(Thread caller) {
        // Some code passes its handler on to threads that it makes. Those threads do not run the task.
        return caller.getUncaughtExceptionHandler() instanceof ChildThread<?> child
                && child.isOn(caller)
                        ? child.task()
                        : null;
    }

    /// Acts as if the thread had no handler. Exceptions of a task's code do not come here, but some code
    /// asks the thread for its handler, and calls that.
    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {
        ThreadGroup group = thread.getThreadGroup(); // null if the thread has ended
        if (group != null) group.uncaughtException(thread, thrown);
    }
}
