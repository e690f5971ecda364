package dev.structured.core.interop;

import dev.structured.core.Body;
import dev.structured.core.Scheduler;
import dev.structured.core.ValueBody;
import org.jspecify.annotations.Nullable;

/// Runs code on a platform thread of its own while the task waits, for long computations and for calls that
/// cannot be stopped.
///
/// ```java
/// byte[] digest = Blocking.call(() -> sha256(largeFile)); // the task waits for the end
/// InetAddress host = Blocking.call(OnCancel.ABANDON, // or leaves it alone
///         () -> InetAddress.getByName(name));
/// ```
///
/// A task's own thread is virtual. Code that computes for long, or that blocks in native code, keeps the
/// thread's carrier from all other tasks. On a platform thread it does not.
///
/// The code can do two things with its host, the task that waits for it: check whether the task is
/// [cancelled][#throwIfCancelled()], and have code [run in the task][#inHost]. The scheduler's propagators
/// carry their context over to the worker thread; a [dev.structured.core.TaskLocal] belongs to the task, and
/// is read by `inHost`.
///
/// [Workers] limit the number of threads; these methods use the [shared group][Workers#shared()].
public final class Blocking {
    private static final ScopedValue<Work<?>> CURRENT = ScopedValue.newInstance();

    private Blocking() {}

    /// Runs the body on a worker thread, waits for its end even if the task is cancelled, and returns its
    /// value.
    /// **Checkpoint**, but not while the body runs: the body's value is returned, and the cancellation shows
    /// at the next checkpoint.
    ///
    /// @throws X if the body throws it
    /// @throws IllegalStateException if the calling thread runs no task
    public static <T extends @Nullable Object, X extends Exception> T call(ValueBody<T, X> body) throws X {
        return Workers.shared().call(body);
    }

    /// Runs the body on a worker thread and returns its value. **Checkpoint.**
    ///
    /// @param policy says what happens to the body when the task is cancelled
    /// @throws X if the body throws it
    /// @throws IllegalStateException if the calling thread runs no task
    public static <T extends @Nullable Object, X extends Exception> T call(OnCancel policy,
            ValueBody<T, X> body) throws X {
        return Workers.shared().call(policy, body);
    }

    /// Runs the body on a worker thread and waits for its end, even if the task is cancelled. **Checkpoint**,
    /// but not while the body runs.
    ///
    /// @throws X if the body throws it
    /// @throws IllegalStateException if the calling thread runs no task
    public static <X extends Exception> void run(Body<X> body) throws X {
        Workers.shared().run(body);
    }

    /// Runs the body on a worker thread. **Checkpoint.**
    ///
    /// @param policy says what happens to the body when the task is cancelled
    /// @throws X if the body throws it
    /// @throws IllegalStateException if the calling thread runs no task
    public static <X extends Exception> void run(OnCancel policy, Body<X> body) throws X {
        Workers.shared().run(policy, body);
    }

    /* --- Foreign code with a cancel of its own --- */

    /// Runs foreign code that must not be interrupted on a worker thread, stops it by the canceller if the
    /// task is cancelled, and returns its value. **Checkpoint.**
    ///
    /// ```java
    /// try (Statement statement = connection.createStatement()) {
    ///     return Timeouts.failAfter(limit,
    ///             () -> Blocking.onCancel(statement::cancel, () -> rows(statement, sql)));
    /// }
    /// ```
    ///
    /// For JDBC and other clients whose connections, files or sockets are shared: an interrupt closes a
    /// channel of `java.nio` for all its users. The worker thread is never interrupted. The task's own thread
    /// is, while a block is left that was cancelled from outside. So if the close of a resource must not be
    /// interrupted either, as that of a connection that rolls back, open and close the resource in the body,
    /// or close it in a [dev.structured.core.Cleanup].
    ///
    /// When the task is cancelled, the canceller is called on the task's thread, under a shield, and the
    /// body's end is awaited. While the body goes on, the canceller is called again, after pauses that grow
    /// from 10 ms to 1 s, since a call that comes before the foreign code has begun may do nothing. An
    /// exception that the body throws after that is taken for the effect of the canceller: the task ends as
    /// cancelled, and the exception is only logged, at level DEBUG. If the body returns a value all the same,
    /// this returns it.
    ///
    /// @param canceller makes the body end soon; must be thread-safe and should not block. Its exceptions are
    ///     suppressed in what this throws, or [dropped][dev.structured.core.Instrument#errorDropped] if it
    ///     returns a value. Not called after this method has returned
    /// @throws X if the body throws it, unless the canceller was called before
    /// @throws IllegalStateException if the calling thread runs no task
    public static <T extends @Nullable Object, X extends Exception> T onCancel(Body<?> canceller,
            ValueBody<T, X> body) throws X {
        return Workers.shared().onCancel(canceller, body);
    }

    /// Runs foreign code like [#onCancel(Body, ValueBody)], without a value. **Checkpoint.**
    ///
    /// @param canceller makes the body end soon; must be thread-safe and should not block
    /// @throws X if the body throws it, unless the canceller was called before
    /// @throws IllegalStateException if the calling thread runs no task
    public static <X extends Exception> void onCancel(Body<?> canceller, Body<X> body) throws X {
        Workers.shared().onCancel(canceller, body);
    }

    /// Returns the statistics of the shared group.
    public static Workers.Statistics statistics() {
        return Workers.shared().statistics();
    }

    /* --- On a worker thread --- */

    /// Throws if the task that this worker thread works for is cancelled. For long computations. Call it now
    /// and then only: it may have to ask the task, which takes some microseconds.
    ///
    /// @throws dev.structured.core.Cancelled if it is. Let it pass: it goes on in the task
    /// @throws IllegalStateException if the calling thread is no worker thread
    public static void throwIfCancelled() {
        current("Blocking.throwIfCancelled").throwIfCancelled();
    }

    /// Runs the body in the task that this worker thread works for, on the task's thread and in its scopes,
    /// and returns its value. The task runs it at once, since it only waits. Blocks the worker in the
    /// meantime.
    ///
    /// @throws X if the body throws it; a [dev.structured.core.Cancelled] of a checkpoint in the body is
    ///     thrown too
    /// @throws HostGoneException if the task has abandoned its worker
    /// @throws IllegalStateException if the calling thread is no worker thread
    public static <T extends @Nullable Object, X extends Exception> T inHost(ValueBody<T, X> body) throws X {
        return current("Blocking.inHost").inHost(body);
    }

    /// Runs the body in the task that this worker thread works for, like [#inHost(ValueBody)], without a
    /// value.
    ///
    /// @throws X if the body throws it; a [dev.structured.core.Cancelled] of a checkpoint in the body is
    ///     thrown too
    /// @throws HostGoneException if the task has abandoned its worker
    /// @throws IllegalStateException if the calling thread is no worker thread
    public static <X extends Exception> void inHost(Body<X> body) throws X {
        Blocking.<@Nullable Void, X>inHost(() -> {
            body.run();
            return null;
        });
    }

    private static Work<?> current(String operation) {
        if (CURRENT.isBound()) return CURRENT.get();
        throw new IllegalStateException(operation + " is for worker threads, and thread '"
                + Thread.currentThread().getName()
                + (Scheduler.currentOrNull() == null
                        ? "' is none. Use a Portal or a RunEntry to call into a run from another thread."
                        : "' runs a task. Call the method itself there: "
                                + "Checkpoints.checkCancelled(), say."));
    }

    /// Runs the body on this thread, which works for a task.
    static <T extends @Nullable Object> T runIn(Work<T> work, ValueBody<T, ?> body) throws Exception {
        return ScopedValue.where(CURRENT, work).call(body::call);
    }
}
