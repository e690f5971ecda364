package dev.structured.core;

import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// The tasks of one nursery: starts them, awaits them, and collects their failures. [Nursery] is the
/// door to it.
///
/// There are three kinds. Most groups have a block, and are awaited at its end. The group of a run's
/// system tasks hangs beside the root, and its first failure stops the run. The background tasks of a block
/// are in a group of their own, whose failures belong to the group that they serve.
final class TaskGroup {
    private final CancelScope scope;
    private final Task<?> owner;
    /// The owner's task-locals at the opening, for those that follow the tree.
    private final Locals locals;
    /// True if it has no block, and hangs beside the root of a run.
    private final boolean besideRoot;
    /// The group that the background tasks in this one serve; null for other groups.
    private final @Nullable TaskGroup served;

    private final Children children = new Children();
    /// Guarded by the children's lock.
    private final GroupFailures failures = new GroupFailures();

    private TaskGroup(String name, Task<?> owner, boolean besideRoot) {
        this.scope = new CancelScope(name);
        this.owner = owner;
        this.locals = besideRoot ? Locals.NONE : owner.locals();
        this.besideRoot = besideRoot;
        this.served = null;
        scope.opens(children);
    }

    /// A group for the background tasks of another.
    private TaskGroup(TaskGroup served) {
        this.scope = new CancelScope("background of " + served.name()).withShield();
        this.owner = served.owner;
        this.locals = served.locals;
        this.besideRoot = false;
        this.served = served;
        scope.opens(children);
        scope.enterBeside(owner, served.scope);
    }

    /// Returns a group for the tasks of a block of the calling task.
    ///
    /// @param operation opens it; for the message if the calling thread runs no task
    static TaskGroup ofBlock(String name, String operation) {
        return new TaskGroup(name, Task.current(operation), false);
    }

    /// Returns a group for tasks that live beside the root, until [#endBesideRoot()].
    static TaskGroup besideRoot(String name, Task<?> root) {
        TaskGroup group = new TaskGroup(name, root, true);
        group.scope.enterAsRoot(root);
        return group;
    }

    CancelScope scope() {
        return scope;
    }

    Task<?> owner() {
        return owner;
    }

    String name() {
        return scope.name();
    }

    Children children() {
        return children;
    }

    /* --- The block --- */

    /// Runs the block, and returns when the block and all tasks have ended and all resources are closed.
    <T extends @Nullable Object> ScopeResult<T> run(ValueBody<T, ?> block) {
        Cancelled flying = owner.inFlight();
        scope.enter(owner);
        ScopeResult<T> result = null;
        try {
            result = new ScopeResult.Completed<>(block.call());
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

    /// Returns an outcome even if there is too little memory to put the failures together, since the scope
    /// has to be closed in any case.
    private @Nullable Throwable outcome() {
        try {
            return failures.outcome(name(), this::dropped);
        } catch (VirtualMachineError error) {
            return failures.inShort(error);
        }
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

    /// Waits for the children, even if the task is cancelled: a cancellation reaches the children directly,
    /// and their outcomes tell which were cut short. The end of a nursery is no checkpoint: a block that has
    /// its value keeps it.
    private void awaitChildren() {
        // Invariant 1: nothing outlives its block.
        Wait<Children> wait = join();
        if (wait == null) owner.hasYielded();
        else
            wait.await();
    }

    /// Tries again if there is no memory for the wait: children that end free some.
    private @Nullable Wait<Children> join() {
        Throwable error = null;
        while (true) {
            try {
                owner.racePoint("nursery joins");
                Wait<Children> wait = children.join(owner, this);
                if (error != null) dropped(error);
                return wait;
            } catch (VirtualMachineError e) {
                error = e;
                owner.platform().yieldNow();
            }
        }
    }

    /// Stops the background tasks and waits for their end. By now no background group can be added.
    private void endBackground() {
        TaskGroup background = children.background();
        if (background == null) return;
        background.scope.cancelAnyway(CancelReason.Source.SHUTDOWN,
                "the block of nursery '" + name() + "' and its tasks have ended");
        background.awaitChildren();
        background.scope.leave(owner);
    }

    private void closeResources() {
        for (Closing next = children.pollClosing(); next != null; next = children.pollClosing()) {
            Throwable thrown = close(next, owner, next.limit());
            if (thrown == null) continue;
            failed(owner, thrown, CancelReason.Source.BODY_FAILED, "the close of '" + next.name() + "'");
        }
    }

    /// Closes a resource, shielded from cancellations from outside, for no longer than the limit.
    ///
    /// @param task the calling task
    /// @return the failure of the close; null if there was none
    static @Nullable Throwable close(Closing closing, Task<?> task, Duration limit) {
        try {
            CancelScope shield = new CancelScope("close of '" + closing.name() + "'").withTimeout(limit)
                    .withShield();
            shield.runToFinish(task, closing::close);
            return shield.absorbedCancellation() ? shield.tooSlow() : null;
        } catch (Throwable thrown) { // classified in the shield, where no cancellation from outside is seen
            return closing.hasBegun() ? thrown : closeBare(closing, task, thrown);
        }
    }

    /// Closes a resource although the machine has no space for a scope.
    private static @Nullable Throwable closeBare(Closing closing, Task<?> task, Throwable ofMachine) {
        task.scheduler().instruments().errorDropped(task, ofMachine);
        try {
            closing.close();
            return null;
        } catch (Throwable thrown) {
            return Classification.of(task, thrown);
        }
    }

    /* --- Its failures --- */

    /// Keeps a failure or cancellation of a child or the block, and cancels the scope.
    ///
    /// If the failure has replaced a cancellation on its way out, the nursery counts as having seen that
    /// cancellation. Throws nothing: if there is no memory for the words of the reason, a constant reason is
    /// used.
    void failed(Task<?> task, Throwable thrown, CancelReason.Source source) {
        failed(task, thrown, source, null);
    }

    /// @param part the part of the task that threw; null for its code, or the block
    private void failed(Task<?> task, Throwable thrown, CancelReason.Source source, @Nullable String part) {
        if (served != null) { // the failure cancels the served group; this one is cancelled last
            if (!(thrown instanceof Cancelled)) served.failed(task, thrown, source, part);
            return;
        }
        try {
            note(task, thrown, source == CancelReason.Source.BODY_FAILED ? null : task.name(), part);
            cancelFor(task, thrown, source, part);
        } catch (VirtualMachineError | RuntimeException error) {
            scope.cancelInShort();
            if (error != thrown) owner.scheduler().instruments().errorDropped(task, error);
        }
    }

    private void note(Task<?> task, Throwable thrown, @Nullable String by, @Nullable String part) {
        synchronized (children) {
            failures.cancelled(travelling(task, thrown));
            if (!(thrown instanceof Cancelled)) failures.add(thrown, by, part);
        }
    }

    private static @Nullable Cancelled travelling(Task<?> task, Throwable thrown) {
        return switch (thrown) {
            case Cancelled c -> c;
            case NurseryFailedException group -> group.cancelled();
            default -> task.inFlight();
        };
    }

    private void cancelFor(Task<?> task, Throwable thrown, CancelReason.Source source,
            @Nullable String part) {
        task.racePoint("failure is noted");
        if (besideRoot && !(thrown instanceof Cancelled)) {
            owner.run().crashed("system task '" + task.path() + "'", thrown);
        }
        // Invariant 6: cancelled here, published when the task ends.
        if (scope.reason() != null) return; // the usual case when many are stopped at once: spare the text
        String who = part != null
                ? part
                : source == CancelReason.Source.BODY_FAILED
                        ? "the block of nursery '" + name() + "'"
                        : "task '" + task.path() + "'";
        scope.cancel(source, who + " threw " + Words.of(thrown));
    }

    private void dropped(Throwable error) {
        owner.scheduler().instruments().errorDropped(owner, error);
    }

    /* --- Its tasks --- */

    /// Returns the calling task.
    ///
    /// @param operation needs a task of the same run; for the message
    /// @throws IllegalStateException if it belongs to another run
    Task<?> requireSameRun(String operation) {
        if (owner.gate().isOnThisThread()) return owner;
        Task<?> caller = Task.current(operation);
        if (caller.run() != owner.run()) {
            throw new IllegalStateException(
                    "Task '" + caller.path() + "' belongs to another run than nursery '" + name()
                            + "' of '" + owner.path() + "'. Start the task in a nursery of its own run.");
        }
        return caller;
    }

    /// Starts a task for a task of the same run.
    <T extends @Nullable Object> Task<T> start(Task<?> spawner, String name, ValueBody<T, ?> body) {
        Task<T> child = newChild(name, scope, spawner.locals(), body, null);
        launch(spawner, child);
        return child;
    }

    /// Starts a background task for a task of the same run.
    Task<@Nullable Void> startBackground(Task<?> spawner, String name, Body<?> body) {
        TaskGroup background = children.background();
        if (background == null) {
            children.admitBackground(new TaskGroup(this));
            background = children.background();
        }
        if (background == null) throw closed(name, spawner);
        return background.start(spawner, name, Bodies.valued(body));
    }

    /// Starts a task beside the root, which inherits nothing.
    void startSystem(String name, Body<?> body) {
        Task<@Nullable Void> child = newChild(name, scope, Locals.NONE, Bodies.valued(body), null);
        launch(owner, child);
    }

    /// Adds a start that is to come at the given time, in the scheduler's nanoseconds.
    <T extends @Nullable Object> LateStart<T> startAt(Task<?> spawner, long time, String name,
            ValueBody<T, ?> body) {
        ValueBody<T, ?> code = owner.scheduler().propagation().around(body);
        LateStart<T> start = new LateStart<>(this, name, Locals.inherited(spawner.locals(), locals), code);
        StackRoom.require();
        spawner.racePoint("late start is added");
        if (!children.admit(start)) throw closed(name, spawner);
        boolean scheduled = false;
        try {
            start.schedule(time);
            scheduled = true;
        } finally {
            if (!scheduled) start.drop(null);
        }
        return start;
    }

    /// Starts a task and waits until it says that it is ready.
    <V extends @Nullable Object, X extends Exception> V startUntilReady(Task<?> caller, String name,
            Action<TaskStatus<V>, X> body) throws X {
        StackRoom.require();
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

    /// Returns a task that is not started yet.
    ///
    /// @param base the scope that it lives in
    /// @param spawner the task-locals of the task that starts it
    /// @param starting is told when the task is ready; null if nothing waits for that
    <T extends @Nullable Object> Task<T> newChild(String name, CancelScope base, Locals spawner,
            ValueBody<T, ?> body, @Nullable PendingStart<?> starting) {
        ValueBody<T, ?> code = besideRoot ? body : owner.scheduler().propagation().around(body);
        return new Task<>(name, this, base, Locals.inherited(spawner, locals), code, starting);
    }

    /// A start may fail although the thread is on its way. Then the child runs, and leaves by itself.
    private void launch(Task<?> spawner, Task<?> child) {
        StackRoom.require();
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

    /// Starts the task of a late start whose time has come. Called on the thread of an alarm, so a failure
    /// must not be thrown here.
    void launch(LateStart<?> start, Task<?> child) {
        children.replace(start, child);
        try {
            child.racePoint("late task has been added");
            owner.platform().start(owner.threadNameOf(child), child.onItsThread());
        } catch (Throwable thrown) {
            failed(child, thrown, CancelReason.Source.CHILD_FAILED);
            if (child.gate().giveUp()) endUnstarted(child, thrown);
        }
    }

    private void endUnstarted(Task<?> child, Throwable thrown) {
        try {
            child.end(null, thrown);
        } finally {
            remove(child);
        }
    }

    /// Removes a task that has ended.
    void remove(Task<?> child) {
        child.racePoint("task leaves the nursery");
        children.dismiss(child);
    }

    /// Removes a late start that was dropped before its task began.
    ///
    /// @param reason the cancellation that dropped it; null if it was taken back
    void forget(LateStart<?> start, @Nullable CancelReason reason) {
        if (reason != null) {
            synchronized (children) {
                failures.cancelled(reason);
            }
        }
        children.dismiss(start);
    }

    /// Has the resource closed at the end of the block.
    void use(Closing closing) {
        Task<?> user = requireSameRun("Nursery.use");
        if (!children.admit(closing)) throw closed("the close of " + closing.name(), user);
    }

    private IllegalStateException closed(String name, Task<?> spawner) {
        return new IllegalStateException(
                "Nursery '" + name() + "' is closed: its block and all its tasks have ended,"
                        + " so it cannot start '" + name + "' for task '" + spawner.path()
                        + "'. Did the nursery escape its block?");
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

    @Override
    public String toString() {
        return "Nursery[" + name() + " " + children + "]";
    }
}
