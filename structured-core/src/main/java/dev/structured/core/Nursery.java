package dev.structured.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A place where tasks are started, and which none of them outlives.
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
/// block are stopped and awaited, and what failed comes out together as one [NurseryFailedException]. A
/// failure that is an [Error] comes out as itself, the others suppressed in it.
public final class Nursery {
    private static final String DEFAULT_NAME = "nursery";
    private static final String DEFAULT_CHILD = "task";
    private static final Duration DEFAULT_CLOSE_LIMIT = Duration.ofSeconds(10);

    private final CancelScope scope;
    private final Task<?> owner;
    /// The owner's task-locals at the opening, for those that follow the tree.
    private final Locals locals;
    /// True if it has no block, and hangs beside the root of a run.
    private final boolean besideRoot;
    /// The nursery whose background tasks are in this one, which has no block either; null for others.
    private final @Nullable Nursery served;

    private final Children children = new Children();
    /// All guarded by the children's lock. Complete when the last child has left; the owner reads them only
    /// then. The first failure has a place of its own, so that there is always room for it.
    private @Nullable Throwable firstFailure;
    private @Nullable String firstFailed;
    private @Nullable String firstPart;
    private @Nullable List<Failed> laterFailures;
    private @Nullable Cancelled cancelled;

    private Nursery(String name, Task<?> owner, boolean besideRoot) {
        this.scope = new CancelScope(name);
        this.owner = owner;
        this.locals = besideRoot ? Locals.NONE : owner.locals();
        this.besideRoot = besideRoot;
        this.served = null;
        scope.opens(children);
    }

    /// A nursery for the background tasks of another.
    private Nursery(Nursery served) {
        this.scope = new CancelScope("background of " + served.name()).withShield();
        this.owner = served.owner;
        this.locals = served.locals;
        this.besideRoot = false;
        this.served = served;
        scope.opens(children);
        scope.enterBeside(owner, served.scope);
    }

    /// Returns a nursery for tasks that live beside the root, until [#endBesideRoot()].
    static Nursery besideRoot(String name, Task<?> root) {
        Nursery nursery = new Nursery(name, root, true);
        nursery.scope.enterAsRoot(root);
        return nursery;
    }

    /// Opens a nursery, runs the block in it, and returns when the block and all tasks have ended. **Not a
    /// checkpoint**: what waits inside is.
    ///
    /// Returns normally too when the nursery's own [#scope()] was cancelled; that scope's flags tell.
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
        Nursery nursery = new Nursery(name, Task.current("Nursery.run"), false);
        nursery.block(() -> {
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
        Nursery nursery = new Nursery(name, Task.current("Nursery.call"), false);
        return nursery.block(() -> body.apply(nursery)).orElseThrow();
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
        Task<?> spawner = requireSameRun("Nursery.startSoon");
        Task<T> child = newChild(name, scope, spawner.locals(), body, null);
        launch(spawner, child);
        return child;
    }

    /// Starts a task that serves the others: a heartbeat, a refresher, a collector of results. **Not a
    /// checkpoint.**
    ///
    /// It is cancelled, with the reason *shutdown*, when the block and all other tasks have ended, and
    /// awaited. Until then no cancellation of the nursery, and none from outside it, reaches it: what the
    /// others need while they stop is still there. One that ends by itself ends alone. One that fails is a
    /// failure of the nursery like that of any task: it cancels the block and the others, and then the other
    /// background tasks are stopped.
    ///
    /// A background task does not keep the nursery open. It may start background tasks until it ends, and
    /// other tasks as long as the nursery is open.
    ///
    /// @param name the last part of the task's path
    /// @throws IllegalStateException if the nursery is closed, or the caller is not a task of the same run
    public Task<@Nullable Void> startBackground(String name, Body<?> body) {
        Task<?> spawner = requireSameRun("Nursery.startBackground");
        Nursery beside = children.background();
        if (beside == null) {
            children.admitBackground(new Nursery(this));
            beside = children.background();
        }
        if (beside == null) throw closed(name, spawner);
        Task<@Nullable Void> child = beside.newChild(name, beside.scope, spawner.locals(),
                Bodies.valued(body), null);
        beside.launch(spawner, child);
        return child;
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
    /// Each is closed where no cancellation from outside reaches it, and within a limit of its own: when that
    /// has passed, the close is cancelled, and a [TooSlowException] is what it failed with. What a close
    /// throws is one more failure of the nursery: it replaces neither that of the block nor that of another
    /// close, and the other resources are closed all the same.
    ///
    /// @param name for messages
    /// @param resource any code, as a lambda expression, if there is nothing to close
    /// @param limit how long its close may take
    /// @return the resource
    /// @throws IllegalArgumentException if the limit is negative; the resource is closed first
    /// @throws IllegalStateException if the nursery is closed, or the caller is not a task of the same run;
    ///     the resource is closed first
    public <R extends AutoCloseable> R use(String name, R resource, Duration limit) {
        Closing closing = new Closing(name, resource, limit);
        try {
            Nanos.of(limit);
            Task<?> user = requireSameRun("Nursery.use");
            if (!children.admit(closing)) throw closed("the close of " + name, user);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw closing.refused(e);
        }
        return resource;
    }

    /// Starts a task later, when the delay is over, unless it is taken back before. **Not a checkpoint.**
    ///
    /// Until then it costs an entry among the deadlines of the scheduler, and nothing else. It keeps the
    /// nursery open: a block that no longer needs it calls [LateStart#tryTakeBack()]. When the nursery is
    /// cancelled it is dropped, and the task never begins.
    ///
    /// The task begins with the caller's task-locals, context class loader and what [propagators][Propagator]
    /// carry, as they are now. Inheritable thread-locals are not carried.
    ///
    /// @param delay zero to start soon
    /// @param name the last part of the task's path
    /// @throws IllegalArgumentException if the delay is negative
    /// @throws IllegalStateException if the nursery is closed, or the caller is not a task of the same run
    public <T extends @Nullable Object> LateStart<T> startAfter(Duration delay, String name,
            ValueBody<T, ?> body) {
        return startAt(owner.scheduler().deadlineAfter(delay), name, body);
    }

    /// Starts a task without a value later, when the delay is over, unless it is taken back before.
    ///
    /// @see #startAfter(Duration, String, ValueBody)
    public LateStart<@Nullable Void> startAfter(Duration delay, String name, Body<?> body) {
        return startAfter(delay, name, Bodies.valued(body));
    }

    /// Starts a task later, at a point in time, unless it is taken back before.
    ///
    /// @param time the task starts soon if it has passed, and never if it is [Deadline#NEVER]
    /// @throws IllegalArgumentException if the time is on the clock of another scheduler
    /// @throws IllegalStateException if the nursery is closed, or the caller is not a task of the same run
    /// @see #startAfter(Duration, String, ValueBody)
    public <T extends @Nullable Object> LateStart<T> startAt(Deadline time, String name,
            ValueBody<T, ?> body) {
        long nanos = Math.max(0, time.on(owner.platform()));
        Task<?> spawner = requireSameRun("Nursery.startAt");
        ValueBody<T, ?> code = owner.scheduler().propagation().around(body);
        LateStart<T> start = new LateStart<>(this, name, Locals.inherited(spawner.locals(), locals), code);
        spawner.requireStack();
        spawner.racePoint("late start is added");
        if (!children.admit(start)) throw closed(name, spawner);
        boolean scheduled = false;
        try {
            start.schedule(nanos);
            scheduled = true;
        } finally {
            if (!scheduled) start.drop(null);
        }
        return start;
    }

    /// Starts a task without a value later, at a point in time, unless it is taken back before.
    ///
    /// @see #startAt(Deadline, String, ValueBody)
    public LateStart<@Nullable Void> startAt(Deadline time, String name, Body<?> body) {
        return startAt(time, name, Bodies.valued(body));
    }

    /// Starts a task and waits until it says that it is ready, by [TaskStatus#started]; it goes on in this
    /// nursery.
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
    /// A task that has no value to hand over is started by [#startUntilReady].
    ///
    /// Until it is ready the task belongs to the caller: it is under the caller's scopes (and this nursery's
    /// too), and what it throws is thrown here, by itself and not in a group. A cancellation of the caller
    /// stops the task; this waits for its end. **Not a checkpoint** by itself: what the task does until it is
    /// ready may be.
    ///
    /// @param name the last part of the task's path
    /// @return what the task handed to `started`
    /// @throws X what the task threw before it was ready
    /// @throws ScopeCancelledException if the task was stopped before it was ready because this nursery was
    ///     cancelled, and the caller is not
    /// @throws IllegalStateException if the task ended without being ready, if the nursery is closed, or if
    ///     the caller is not a task of the same run
    public <V extends @Nullable Object, X extends Exception> V start(String name,
            Action<TaskStatus<V>, X> body)
            throws X {
        Task<?> caller = requireSameRun("Nursery.start");
        caller.requireStack();
        PendingStart<V> starting = new PendingStart<>(this, caller, name, body);
        boolean started = false;
        try {
            launch(caller, starting.child());
            started = true;
        } finally {
            if (!started) starting.abandon();
        }
        return starting.await();
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
    /// @throws X what the task threw before it was ready
    /// @see #start
    public <X extends Exception> void startUntilReady(String name,
            Action<TaskStatus<@Nullable Void>, X> body) throws X {
        this.<@Nullable Void, X>start(name, body);
    }

    /// Returns the scope around the block and all tasks.
    public CancelScope scope() {
        return scope;
    }

    Task<?> owner() {
        return owner;
    }

    /// Returns the name given when it was opened.
    public String name() {
        return scope.name();
    }

    /* --- The block --- */

    private <T extends @Nullable Object> ScopeResult<T> block(ValueBody<T, ?> body) {
        Cancelled flying = owner.inFlight();
        scope.enter(owner);
        ScopeResult<T> result = null;
        try {
            result = new ScopeResult.Completed<>(body.call());
            owner.noticeSwallowed(flying);
        } catch (Throwable thrown) {
            failed(owner, Classification.of(owner, thrown), CancelReason.Source.BODY_FAILED);
        }
        awaitChildren();
        endBackground();
        closeResources();
        Throwable rest = scope.closeClassified(owner, outcome());
        if (rest != null) throw Rethrow.unchecked(rest);
        return result == null ? new ScopeResult.Cancelled<>(scope.requireReason()) : result;
    }

    /// Stops the tasks beside the root and waits for their end, even if it is cancelled.
    void endBesideRoot() {
        scope.cancelAnyway(CancelReason.Source.SHUTDOWN, "its run is ending");
        joinBesideRoot();
    }

    /// Waits for the end of the tasks beside the root, even if it is cancelled.
    void joinBesideRoot() {
        awaitChildren();
        scope.leave(owner);
    }

    /// Waits for the children, even if it is cancelled: a cancellation reaches them directly, and their ends
    /// say what was cut short. The end of a nursery is no checkpoint: a block that has its value keeps it.
    private void awaitChildren() {
        // Invariant 1: nothing outlives its block.
        Wait<Children> wait = join();
        if (wait == null) owner.hasYielded();
        else
            wait.await();
    }

    /// Stops the background tasks and waits for their end. Nothing adds the first one any more.
    private void endBackground() {
        Nursery beside = children.background();
        if (beside == null) return;
        beside.scope.cancelAnyway(CancelReason.Source.SHUTDOWN,
                "the block of nursery '" + name() + "' and its tasks have ended");
        beside.awaitChildren();
        beside.scope.leave(owner);
    }

    private void closeResources() {
        for (Closing next = children.pollClosing(); next != null; next = children.pollClosing()) {
            Throwable thrown = next.close(owner);
            if (thrown == null) continue;
            failed(owner, thrown, CancelReason.Source.BODY_FAILED, "the close of '" + next.name() + "'");
        }
    }

    /// Tries again where there is no space for the wait: children that end leave some.
    private @Nullable Wait<Children> join() {
        Throwable error = null;
        while (true) {
            try {
                owner.racePoint("nursery joins");
                Wait<Children> wait = children.join(owner, this);
                if (error != null) owner.scheduler().instruments().errorDropped(owner, error);
                return wait;
            } catch (VirtualMachineError e) {
                error = e;
                owner.platform().yieldNow();
            }
        }
    }

    /// Returns the throwable that the nursery ends with, before its scope has absorbed anything: nothing, an
    /// error, a group, or a bare cancellation.
    private @Nullable Throwable outcome() {
        if (firstFailure == null) return cancelled;
        List<Failed> own = BrokenException.withoutRepeats(failures(firstFailure));
        for (Failed failure : own) {
            if (failure.thrown() instanceof Error error) return withOthersSuppressed(error, own);
        }
        return new NurseryFailedException(name(), own, cancelled);
    }

    private List<Failed> failures(Throwable first) {
        List<Failed> later = laterFailures == null ? List.of() : laterFailures;
        List<Failed> all = new ArrayList<>(later.size() + 1);
        all.add(new Failed(first, firstFailed, firstPart));
        all.addAll(later);
        return all;
    }

    private Throwable withOthersSuppressed(Throwable failure, List<Failed> all) {
        for (Failed each : all) {
            if (!Suppressed.add(failure, each.thrown())) {
                owner.scheduler().instruments().errorDropped(owner, each.thrown());
            }
        }
        return failure;
    }

    /// Keeps what came out of a child or the block, and cancels the scope.
    ///
    /// A cancellation that the failure has replaced on its way out counts as seen by the nursery. Throws
    /// nothing: if there is no space for the words of the reason, it has fewer.
    private void failed(Task<?> task, Throwable thrown, CancelReason.Source source) {
        failed(task, thrown, source, null);
    }

    /// @param part what of the task threw; null for its code, or the block
    private void failed(Task<?> task, Throwable thrown, CancelReason.Source source, @Nullable String part) {
        if (served != null) { // whose scope a failure cancels; this one's is cancelled last
            if (!(thrown instanceof Cancelled)) served.failed(task, thrown, source, part);
            return;
        }
        try {
            note(task, thrown, source == CancelReason.Source.BODY_FAILED ? null : task.name(), part);
            cancelFor(task, thrown, source, part);
        } catch (VirtualMachineError error) {
            scope.cancelInShort();
            if (error != thrown) owner.scheduler().instruments().errorDropped(task, error);
        }
    }

    private void note(Task<?> task, Throwable thrown, @Nullable String by, @Nullable String part) {
        synchronized (children) {
            if (cancelled == null) cancelled = travelling(task, thrown);
            if (thrown instanceof Cancelled) return;
            if (firstFailure == null) {
                firstFailure = thrown;
                firstFailed = by;
                firstPart = part;
            } else {
                if (laterFailures == null) laterFailures = new ArrayList<>(2);
                laterFailures.add(new Failed(thrown, by, part));
            }
        }
    }

    private void cancelFor(Task<?> task, Throwable thrown, CancelReason.Source source,
            @Nullable String part) {
        task.racePoint("failure is noted");
        if (besideRoot && !(thrown instanceof Cancelled)) {
            owner.run().crashed("system task '" + task.path() + "'", thrown);
        }
        // Invariant 6: cancelled here, published when the task ends.
        if (scope.reason() != null) return; // most often, when many are stopped at once: spare the text
        String who = part != null
                ? part
                : source == CancelReason.Source.BODY_FAILED
                        ? "the block of nursery '" + name() + "'"
                        : "task '" + task.path() + "'";
        scope.cancel(source, who + " threw " + Words.of(thrown));
    }

    private static @Nullable Cancelled travelling(Task<?> task, Throwable thrown) {
        return switch (thrown) {
            case Cancelled c -> c;
            case NurseryFailedException group -> group.cancelled();
            default -> task.inFlight();
        };
    }

    /* --- The children --- */

    private Task<?> requireSameRun(String operation) {
        Task<?> caller = Task.current(operation);
        if (caller.run() != owner.run()) {
            throw new IllegalStateException(
                    "Task '" + caller.path() + "' belongs to another run than nursery '" + name()
                            + "' of '" + owner.path() + "'. Start the task in a nursery of its own run.");
        }
        return caller;
    }

    /// Starts a task beside the root, which inherits nothing.
    void startSystem(String name, Body<?> body) {
        Task<@Nullable Void> child = newChild(name, scope, Locals.NONE, Bodies.valued(body), null);
        launch(owner, child);
    }

    /// @param starting whom the task tells when it is ready; null if nobody waits for that
    <T extends @Nullable Object> Task<T> newChild(String name, CancelScope base, Locals spawner,
            ValueBody<T, ?> body, @Nullable PendingStart<?> starting) {
        ValueBody<T, ?> code = besideRoot ? body : owner.scheduler().propagation().around(body);
        return new Task<>(name, this, base, Locals.inherited(spawner, locals), code, starting);
    }

    /// A start that fails may have brought the thread on its way. Then the child runs, and leaves by itself.
    private void launch(Task<?> spawner, Task<?> child) {
        spawner.requireStack();
        spawner.racePoint("task is added");
        if (!children.admit(child)) throw closed(child.name(), spawner);
        boolean started = false;
        try {
            spawner.racePoint("task has been added");
            owner.platform().start(owner.threadNameOf(child), child.onItsThread());
            started = true;
        } finally {
            if (!started && child.gate().giveUp()) remove(child);
        }
    }

    /// Starts the task of a late start whose time has come. On the thread of an alarm, which must not see
    /// what fails.
    void launch(LateStart<?> start, Task<?> child) {
        children.replace(start, child);
        try {
            child.racePoint("late task has been added");
            owner.platform().start(owner.threadNameOf(child), child.onItsThread());
        } catch (Throwable thrown) {
            failed(child, thrown, CancelReason.Source.CHILD_FAILED);
            if (!child.gate().giveUp()) return;
            child.end(null, thrown);
            remove(child);
        }
    }

    <T extends @Nullable Object> void runChild(Task<T> child, ValueBody<T, ?> body,
            @Nullable PendingStart<?> starting) {
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
            conclude(child, thrown, starting);
        } finally {
            end(child, value, thrown, starting);
        }
    }

    /// Hands what came out of a child to the nursery, or to its start.
    private void conclude(Task<?> child, @Nullable Throwable thrown, @Nullable PendingStart<?> starting) {
        child.gate().noticeForeignInterrupt(); // the last chance: the thread ends, and its flag with it
        if (thrown instanceof Cancelled cancelled) child.unwinding().absorbed(cancelled, null);
        boolean callers = starting != null && starting.ended(thrown);
        Throwable rest = OwnScope.close(child, thrown);
        if (rest != null && !callers) failed(child, rest, CancelReason.Source.CHILD_FAILED);
    }

    /// Ends a child, and lets it leave, whatever is thrown on the way.
    private <T extends @Nullable Object> void end(Task<T> child, @Nullable T value,
            @Nullable Throwable thrown,
            @Nullable PendingStart<?> starting) {
        try {
            child.end(value, thrown);
        } finally {
            leave(child, starting);
        }
    }

    private void leave(Task<?> child, @Nullable PendingStart<?> starting) {
        try {
            remove(child);
        } finally {
            if (starting != null) starting.finish();
        }
    }

    private IllegalStateException closed(String name, Task<?> spawner) {
        return new IllegalStateException(
                "Nursery '" + name() + "' is closed: its block and all its tasks have ended,"
                        + " so it cannot start '" + name + "' for task '" + spawner.path()
                        + "'. Did the nursery escape its block?");
    }

    private void remove(Task<?> child) {
        child.racePoint("task leaves the nursery");
        children.dismiss(child);
    }

    /// A late start that was pending has been dropped: its task was cancelled before it
    /// began.
    ///
    /// @param reason why; null if it was taken back
    void forget(LateStart<?> start, @Nullable CancelReason reason) {
        if (reason != null) {
            synchronized (children) {
                if (cancelled == null) cancelled = new Cancelled(reason);
            }
        }
        children.dismiss(start);
    }

    void addChildrenTo(Collection<Task<?>> tasks) {
        children.addChildrenTo(tasks);
    }

    /// Returns the thing that its owner waits for at its end, in words.
    String waitsFor() {
        int pending = children.pending();
        return "the tasks of nursery '" + name() + "'"
                + (pending == 0 ? "" : ", of which " + pending + " will start later");
    }

    /// The statistics of a nursery at one moment.
    ///
    /// @param tasks the number of tasks in it, those that are being [started][Nursery#start] included
    /// @param closed whether its block and all its tasks have ended
    public record Statistics(int tasks, boolean closed) {}

    /// Returns its statistics. **Thread-safe.**
    public Statistics statistics() {
        return children.statistics();
    }

    @Override
    public String toString() {
        return "Nursery[" + name() + " " + children + "]";
    }
}
