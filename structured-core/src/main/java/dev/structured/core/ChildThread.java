package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// The code of a child's thread, which is also the child's gate. The thread knows its task by it: it is its
/// handler of uncaught exceptions.
///
/// Every thread has a field for that; a thread-local would cost each child a map of its own. See decision
/// 0016.
final class ChildThread<T extends @Nullable Object> extends InterruptGate
        implements
            Runnable,
            Thread.UncaughtExceptionHandler {
    private final Nursery nursery;
    private final ValueBody<T, ?> body;
    private final @Nullable PendingStart<?> starting;

    /// @param starting whom the task tells when it is ready; null if nobody waits for that
    ChildThread(Task<T> task, Nursery nursery, ValueBody<T, ?> body, @Nullable PendingStart<?> starting) {
        super(task);
        this.nursery = nursery;
        this.body = body;
        this.starting = starting;
    }

    @Override
    @SuppressWarnings("unchecked") // the constructor's
    public void run() {
        if (claim()) nursery.runChild((Task<T>) task(), body, starting);
    }

    Nursery nursery() {
        return nursery;
    }

    /// The calling thread, which runs this, is to know its task from now on.
    void tie() {
        Thread.currentThread().setUncaughtExceptionHandler(this);
        TaskLookup.forget();
    }

    /// Returns the child that the calling thread runs; null if it runs none, or has another handler by now.
    static @Nullable Task<?> taskOf(Thread caller) {
        // Some code hands its handler on to threads that it makes: those do not run the task.
        return caller.getUncaughtExceptionHandler() instanceof ChildThread<?> child
                && child.thread() == caller
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
