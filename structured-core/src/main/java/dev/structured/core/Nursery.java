package dev.structured.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A block in which tasks are started, and which none of them outlives.
///
/// ```java
/// Page page = Nursery.call(nursery -> {
///     Task<Product> product = nursery.startSoon("product", () -> catalog.get(id));
///     Task<List<Review>> reviews = nursery.startSoon("reviews", () -> reviewService.of(id));
///     return new Page(product.await(), reviews.await());
/// });
/// ```
///
/// The block runs on the calling thread. At its end the nursery waits for every task started in it, however
/// long that takes. When a task or the block fails, the nursery's scope is cancelled: the other tasks and the
/// block are stopped and awaited, and the failures come out together as one [NurseryFailedException]. A
/// failure that is an [Error] comes out as itself, the others suppressed in it.
public final class Nursery {
    private static final String DEFAULT_NAME = "nursery";
    private static final String DEFAULT_CHILD = "task";
    private static final Duration DEFAULT_CLOSE_LIMIT = Duration.ofSeconds(10);

    private final TaskGroup group;

    private Nursery(String name, String operation) {
        this.group = TaskGroup.ofBlock(name, operation);
    }

    /// Opens a nursery, runs the block in it, and returns when the block and all tasks have ended. **Not a
    /// checkpoint**: the operations inside are.
    ///
    /// Also returns normally if the nursery's own [#scope()] was cancelled; the scope's flags tell.
    ///
    /// @throws NurseryFailedException if a task or the block failed
    /// @throws IllegalStateException if the calling thread runs no task
    public static void run(Action<Nursery, ?> body) {
        run(DEFAULT_NAME, body);
    }

    /// Opens a nursery like [#run(Action)].
    ///
    /// @param name shown in messages and reasons
    public static void run(String name, Action<Nursery, ?> body) {
        Nursery nursery = new Nursery(name, "Nursery.run");
        nursery.group.run(() -> {
            body.accept(nursery);
            return null;
        });
    }

    /// Opens a nursery, runs the block in it, and returns the block's value when all tasks have ended too.
    ///
    /// The value survives the cancellation of the nursery's own scope, if the block had ended by then.
    ///
    /// @throws NurseryFailedException if a task or the block failed
    /// @throws ScopeCancelledException if the nursery's own [#scope()] was cancelled and that cut the block
    ///     short
    /// @throws IllegalStateException if the calling thread runs no task
    public static <T extends @Nullable Object> T call(Fn<Nursery, T, ?> body) {
        return call(DEFAULT_NAME, body);
    }

    /// Opens a nursery like [#call(Fn)].
    ///
    /// @param name shown in messages and reasons
    public static <T extends @Nullable Object> T call(String name, Fn<Nursery, T, ?> body) {
        Nursery nursery = new Nursery(name, "Nursery.call");
        return nursery.group.run(() -> body.apply(nursery)).orElseThrow();
    }

    /// Starts a task named `task` without a value.
    ///
    /// @see #startSoon(String, ValueBody)
    public Task<@Nullable Void> startSoon(Body<?> body) {
        return startSoon(DEFAULT_CHILD, body);
    }

    /// Starts a task named `task`.
    ///
    /// @see #startSoon(String, ValueBody)
    public <T extends @Nullable Object> Task<T> startSoon(ValueBody<T, ?> body) {
        return startSoon(DEFAULT_CHILD, body);
    }

    /// Starts a task without a value.
    ///
    /// @see #startSoon(String, ValueBody)
    public Task<@Nullable Void> startSoon(String name, Body<?> body) {
        return startSoon(name, Bodies.valued(body));
    }

    /// Starts a task, which begins to run soon on a thread of its own. **Not a checkpoint.**
    ///
    /// Any task of the run may start tasks here, until the block and all tasks have ended. In a cancelled
    /// nursery the task still begins, and runs to its first checkpoint.
    ///
    /// @param name the last part of the task's path
    /// @throws IllegalStateException if the nursery is closed, or the caller is not a task of the same run
    public <T extends @Nullable Object> Task<T> startSoon(String name, ValueBody<T, ?> body) {
        return group.start(group.requireSameRun("Nursery.startSoon"), name, body);
    }

    /// Starts a task that serves the others: a heartbeat, a refresher, a collector of results. **Not a
    /// checkpoint.**
    ///
    /// When the block and all other tasks have ended, it is cancelled with the reason *shutdown*, and
    /// awaited. Until then it is shielded from cancellations of the nursery and from outside it, so that the
    /// other tasks can use it while they stop. If it ends by itself, nothing else happens. If it fails, the
    /// nursery has failed, as with any other task: the block and the other tasks are cancelled, and then the
    /// other background tasks are stopped.
    ///
    /// A background task does not keep the nursery open. It may start background tasks until it ends, and
    /// other tasks as long as the nursery is open.
    ///
    /// @param name the last part of the task's path
    /// @throws IllegalStateException if the nursery is closed, or the caller is not a task of the same run
    public Task<@Nullable Void> startBackground(String name, Body<?> body) {
        return group.startBackground(group.requireSameRun("Nursery.startBackground"), name, body);
    }

    /// Has the resource closed when the block and all tasks have ended, in at most 10 seconds.
    ///
    /// @see #use(String, AutoCloseable, Duration)
    public <R extends AutoCloseable> R use(R resource) {
        return use(resource.getClass().getSimpleName(), resource, DEFAULT_CLOSE_LIMIT);
    }

    /// Has the resource closed when the block and all tasks have ended, on the thread of the block. The
    /// resource that was handed over last is closed first. **Not a checkpoint.**
    ///
    /// ```java
    /// Nursery.run(nursery -> {
    ///     Connection connection = nursery.use(pool.take());
    ///     nursery.use("registration", () -> registry.remove(id), Duration.ofSeconds(1));
    ///     serve(connection);
    /// });
    /// ```
    ///
    /// Each close is shielded from cancellations from outside, and has a time limit of its own (10 seconds if
    /// the resource is refused): when the limit has passed, the close is cancelled and fails with a
    /// [TooSlowException]. An exception of a close is one more failure of the nursery. It replaces neither
    /// the failure of the block nor that of another close, and the other resources are closed all the same.
    ///
    /// @param name for messages
    /// @param resource an object to close, or a lambda expression with any code
    /// @param limit how long its close may take
    /// @return the resource
    /// @throws IllegalArgumentException if the limit is negative; the resource is closed first
    /// @throws IllegalStateException if the nursery is closed, or the caller is not a task of the same run;
    ///     the resource is closed first
    public <R extends AutoCloseable> R use(String name, R resource, Duration limit) {
        Closing closing = new Closing(name, resource, limit);
        try {
            Nanos.of(limit);
            group.use(closing);
        } catch (RuntimeException e) {
            Throwable ofClose = closeRefused(closing);
            if (ofClose != null) Suppressed.add(e, ofClose);
            throw e;
        }
        return resource;
    }

    /// Closes a resource at once, by the calling task, which may be cancelled.
    ///
    /// @return the failure of the close; null if there was none
    private static @Nullable Throwable closeRefused(Closing closing) {
        Task<?> caller = Task.currentOrNull();
        if (caller != null) return TaskGroup.close(closing, caller, DEFAULT_CLOSE_LIMIT);
        try {
            closing.close();
            return null;
        } catch (Throwable thrown) {
            return thrown;
        }
    }

    /// Starts a task when the delay is over, unless the start is taken back before. **Not a checkpoint.**
    ///
    /// Until then it costs no more than an entry among the deadlines of the scheduler. It keeps the nursery
    /// open: call [LateStart#tryTakeBack()] once the block no longer needs it. If the nursery is cancelled
    /// before, the start is dropped, and the task never begins.
    ///
    /// The task begins with the caller's task-locals and context class loader, and with the context that
    /// [propagators][Propagator] carry, as they are at this call. Inheritable thread-locals are not carried.
    ///
    /// @param delay zero to start soon
    /// @param name the last part of the task's path
    /// @throws IllegalArgumentException if the delay is negative
    /// @throws IllegalStateException if the nursery is closed, or the caller is not a task of the same run
    public <T extends @Nullable Object> LateStart<T> startAfter(Duration delay, String name,
            ValueBody<T, ?> body) {
        return startAt(group.owner().scheduler().deadlineAfter(delay), name, body);
    }

    /// Starts a task without a value when the delay is over, unless the start is taken back before.
    ///
    /// @see #startAfter(Duration, String, ValueBody)
    public LateStart<@Nullable Void> startAfter(Duration delay, String name, Body<?> body) {
        return startAfter(delay, name, Bodies.valued(body));
    }

    /// Starts a task at a point in time, unless the start is taken back before.
    ///
    /// @param time the task starts soon if it has passed, and never if it is [Deadline#NEVER]
    /// @throws IllegalArgumentException if the time is on the clock of another scheduler
    /// @throws IllegalStateException if the nursery is closed, or the caller is not a task of the same run
    /// @see #startAfter(Duration, String, ValueBody)
    public <T extends @Nullable Object> LateStart<T> startAt(Deadline time, String name,
            ValueBody<T, ?> body) {
        long nanos = Math.max(0, time.on(group.owner().platform()));
        return group.startAt(group.requireSameRun("Nursery.startAt"), nanos, name, body);
    }

    /// Starts a task without a value at a point in time, unless the start is taken back before.
    ///
    /// @see #startAt(Deadline, String, ValueBody)
    public LateStart<@Nullable Void> startAt(Deadline time, String name, Body<?> body) {
        return startAt(time, name, Bodies.valued(body));
    }

    /// Starts a task in this nursery, and waits until the task calls [TaskStatus#started] to say that it is
    /// ready.
    ///
    /// ```java
    /// int port = nursery.start("server", status -> {
    ///     try (ServerSocket socket = new ServerSocket(0)) {
    ///         status.started(socket.getLocalPort());
    ///         serve(socket);
    ///     }
    /// });
    /// ```
    ///
    /// Use [#startUntilReady] for a task that has no value to hand over.
    ///
    /// Until it is ready the task belongs to the caller: it is under the caller's scopes as well as this
    /// nursery's, and its exception is thrown here, by itself and not in a group. A cancellation of the
    /// caller stops the task, and this method waits for the task's end. **Not a checkpoint** by itself, but
    /// the operations of the task until it is ready may be.
    ///
    /// @param name the last part of the task's path
    /// @return the value that the task handed to `started`
    /// @throws X if the task threw it before it was ready
    /// @throws ScopeCancelledException if the task was stopped before it was ready because this nursery was
    ///     cancelled, and the caller is not
    /// @throws IllegalStateException if the task ended without being ready, if the nursery is closed, or if
    ///     the caller is not a task of the same run
    public <V extends @Nullable Object, X extends Exception> V start(String name,
            Action<TaskStatus<V>, X> body)
            throws X {
        return group.startUntilReady(group.requireSameRun("Nursery.start"), name, body);
    }

    /// Starts a task without a value and waits until it is ready, like [#start].
    ///
    /// ```java
    /// nursery.startUntilReady("poller", status -> {
    ///     Connection connection = connect();
    ///     status.started();
    ///     poll(connection);
    /// });
    /// ```
    ///
    /// @throws X if the task threw it before it was ready
    /// @see #start
    public <X extends Exception> void startUntilReady(String name,
            Action<TaskStatus<@Nullable Void>, X> body) throws X {
        this.<@Nullable Void, X>start(name, body);
    }

    /// Returns the scope around the block and all tasks.
    public CancelScope scope() {
        return group.scope();
    }

    /// Returns the name given when it was opened.
    public String name() {
        return group.name();
    }

    /// The statistics of a nursery at one moment.
    ///
    /// @param tasks the number of tasks in it, those that are being [started][Nursery#start] included
    /// @param closed whether its block and all its tasks have ended
    public record Statistics(int tasks, boolean closed) {}

    /// Returns its statistics. **Thread-safe.**
    public Statistics statistics() {
        Children children = group.children();
        synchronized (children) {
            return new Statistics(children.size(), children.isClosed());
        }
    }

    @Override
    public String toString() {
        return group.toString();
    }
}
