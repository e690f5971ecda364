package dev.structured.core;

import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A scope as a part of the tree: the task that owns it, its parents, and how the owner enters and leaves it.
/// [CancelScope] adds how it is cancelled.
///
/// ```
///   NEW ── enter() ──▶ ACTIVE ── close() ──▶ EXITED
/// ```
///
/// The owner writes that it is in the scope and only then looks for reasons: the walks of [CancelTree] rely
/// on that order.
abstract sealed class TreeScope permits CancelScope {
    private enum State {
        ACTIVE, EXITED
    }

    private final String name;
    /// Null while it is NEW: a volatile write costs a fence.
    private volatile @Nullable State state;
    /// Set at entry. Changes twice at most: for the base scope of a task that is being
    /// [started][PendingStart] when the task moves, and for the outermost scope of a task when [OwnScope] is
    /// put in between.
    private volatile @Nullable CancelScope parent;
    private volatile @Nullable Task<?> owner;
    /// The source of the tasks started in this scope, such as its nursery; null if there is none.
    private @Nullable ChildSource<Task<?>> children;
    /// Set at entry for the base scope of a task that is being started, else null.
    private @Nullable MovingBase<CancelScope> moving;
    /// The cancellation that was in flight when it was entered (in a `finally`). Owner only.
    private @Nullable Cancelled flyingAtEntry;
    private RecorderEvents.@Nullable ScopeEvent event;
    private volatile boolean caught;

    private volatile boolean shielded;
    /// True once it has been a shield: its end then has to look at the scopes outside.
    private volatile boolean everShielded;

    TreeScope(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    /* --- The part of the scope that can be cancelled --- */

    /// Returns the reason why it was cancelled; null if it was not.
    abstract @Nullable CancelReason reason();

    /// Starts the times that count from the entry. Holding the lock.
    abstract void startTimes(Platform platform);

    /// Lets deadlines and requests to stop take effect, in a scope that has been entered.
    abstract void arm(Task<?> task);

    /// Takes back the alarms that are to cancel it, or to deliver its cancellation.
    abstract void disarm(Task<?> task);

    /* --- Entering --- */

    /// Begins the scope on the calling task.
    void enter(Task<?> task) {
        StackRoom.require();
        enterAnyway(task);
    }

    /// Begins the scope on the calling task, at the end of a block that has made sure of more stack.
    void enterToFinish(Task<?> task) {
        StackRoom.requireToFinish();
        enterAnyway(task);
    }

    private void enterAnyway(Task<?> task) {
        CancelScope outer = task.innermost();
        begin(task, outer);
        boolean entered = false;
        try {
            flyingAtEntry = task.inFlight();
            event = RecorderEvents.ScopeEvent.begun();
            task.racePoint("scope is entered");
            task.innermost(self());
            task.racePoint("scope has been entered");
            boolean moved = outer == task.base() && OwnScope.isBetween(task, self());
            arm(task);
            if (moved || everShielded || reason() != null) task.gate().settle();
            entered = true;
        } finally {
            if (!entered) leave(task);
        }
    }

    private CancelScope self() {
        return (CancelScope) this;
    }

    /// Begins the scope as the outermost of a run, or of the tasks beside a run's root.
    void enterAsRoot(Task<?> root) {
        begin(root, null);
        boolean entered = false;
        try {
            arm(root);
            entered = true;
        } finally {
            if (!entered) leave(root);
        }
    }

    /// Begins the scope as a shielded one beside the code in `outer`: no code of the owner is in it.
    void enterBeside(Task<?> owner, CancelScope outer) {
        begin(owner, outer);
    }

    /// Begins the scope as the base of a task that starts under one scope and is to move to another.
    void enterAsBase(Task<?> task, CancelScope outer, CancelScope target) {
        this.moving = new MovingBase<>(target);
        begin(task, outer);
    }

    /// Begins the scope as one that a canceller puts around all code of the task.
    void enterAsOwn(Task<?> task) {
        begin(task, task.base());
    }

    /// Writes owner and parent before the state: a thread that reads ACTIVE relies on them.
    private synchronized void begin(Task<?> task, @Nullable CancelScope outer) {
        if (state != null) {
            throw new IllegalStateException(
                    "Scope '" + name + "' was entered before; a scope is used once. Create a"
                            + " new one for task '" + task.path() + "'.");
        }
        startTimes(task.platform());
        parent = outer;
        owner = task;
        state = State.ACTIVE;
    }

    /* --- Leaving --- */

    /// Ends the scope, and decides whether it absorbs the throwable that reached its end.
    ///
    /// @param thrown the throwable that came out of the body; null when it ended normally
    /// @return the throwable to be thrown on; null when nothing is left
    @Nullable
    Throwable close(Task<?> task, @Nullable Throwable thrown) {
        if (thrown != null) return closeClassified(task, Classification.of(task, thrown));
        task.noticeSwallowed(flyingAtEntry);
        return closeClassified(task, null);
    }

    /// Ends the scope, like [#close], for a throwable that has been classified before. A throwable that was a
    /// failure when it was thrown stays one, even if it has caused a cancellation since.
    @Nullable
    Throwable closeClassified(Task<?> task, @Nullable Throwable thrown) {
        Throwable rest = decide(task, thrown);
        if (event != null && event.isWanted()) event.write(name, task.path(), reason(), caught);
        return rest;
    }

    private @Nullable Throwable decide(Task<?> task, @Nullable Throwable thrown) {
        task.racePoint("scope closes");
        boolean cancelledHere = reason() != null;
        task.racePoint("scope looks outside");
        CancelScope outer = parent;
        boolean cancelledOutside = cancelledHere && !shielded && outer != null
                && CancelLookup.reason(outer) != null;
        task.racePoint("scope leaves");
        leave(task);
        // Invariant 7: the outermost visible cancelled scope absorbs.
        if (!cancelledHere || cancelledOutside) return thrown;
        task.unwinding().landed(self(), flyingAtEntry);
        return thrown == null ? null : absorb(task, thrown);
    }

    /// Ends the scope, like [#closeClassified], together with the task that it is the own scope of. The task
    /// stays in it.
    @Nullable
    Throwable closeAsOwn(Task<?> task, @Nullable Throwable thrown) {
        task.racePoint("own scope closes");
        boolean cancelledHere = reason() != null;
        CancelScope outer = parent;
        boolean cancelledOutside = cancelledHere && outer != null && CancelLookup.reason(outer) != null;
        retire(task);
        if (thrown == null || !cancelledHere || cancelledOutside) return thrown;
        return absorb(task, thrown);
    }

    /// Ends the scope of a task that has ended, or is about to.
    void retire(Task<?> task) {
        state = State.EXITED;
        disarm(task);
    }

    void leave(Task<?> task) {
        state = State.EXITED;
        task.racePoint("scope has exited");
        disarm(task);
        CancelScope outer = parent;
        if (outer == null) return; // the run's: its task's gate is closed next
        task.innermost(outer);
        task.racePoint("scope has been left");
        if (reason() != null || everShielded) task.gate().settle();
    }

    /// Takes the cancellation out of what was thrown.
    private @Nullable Throwable absorb(Task<?> task, Throwable thrown) {
        if (thrown instanceof Cancelled cancelled) {
            caught = true;
            task.unwinding().absorbed(cancelled, null);
            return null;
        }
        if (thrown instanceof NurseryFailedException group) {
            Cancelled cancelled = group.cancelled();
            if (cancelled == null) return thrown;
            caught = true;
            group.dropCancelled();
            task.unwinding().absorbed(cancelled, group);
        }
        return thrown;
    }

    /* --- Its state --- */

    String name() {
        return name;
    }

    /// Returns the state of its life, for messages.
    String state() {
        return state == null ? "NEW" : String.valueOf(state);
    }

    boolean isNew() {
        return state == null;
    }

    boolean isActive() {
        return state == State.ACTIVE;
    }

    boolean hasEnded() {
        return state == State.EXITED;
    }

    boolean hasAbsorbed() {
        return caught;
    }

    /* --- Its place --- */

    @Nullable
    Task<?> owner() {
        return owner;
    }

    @Nullable
    CancelScope parent() {
        return parent;
    }

    CancelScope parentOrThrow() {
        CancelScope outer = parent;
        if (outer == null) throw new IllegalStateException("Scope '" + name + "' is the outermost");
        return outer;
    }

    /// Puts another scope between this one and its parent.
    void hangUnder(CancelScope between) {
        parent = between;
    }

    boolean isShielded() {
        return shielded;
    }

    /// Hides cancellations from outside, or shows them again.
    void hideOutside(boolean hide) {
        if (hide) everShielded = true; // before another thread can see it lowered again
        shielded = hide;
    }

    /// Returns the second way up; null if there is none.
    @Nullable
    CancelScope target() {
        return moving == null ? null : moving.target();
    }

    /// Returns true if cancellations outside this scope do not reach the code inside.
    boolean hidesOutside() {
        return shielded || (moving != null && moving.isParentHidden());
    }

    /// Hides the scopes above a task's base scope, or shows them again; those above its target are still
    /// seen.
    void hideParent(boolean hide) {
        if (moving != null) moving.hideParent(hide);
    }

    /// Moves the base scope of a task, whose parent is hidden, to its target. The target is seen at every
    /// moment.
    void moveToTarget() {
        parent = target();
        if (moving != null) moving.moved();
    }

    /// Sets the source of the tasks that are started in it. Before entry.
    void opens(ChildSource<Task<?>> children) {
        this.children = children;
    }

    void addChildrenTo(Collection<Task<?>> tasks) {
        if (children != null) children.addChildrenTo(tasks);
    }

    /// Drops the late starts that are pending in it, if it is cancelled. **Thread-safe.**
    void dropLateStarts() {
        if (children != null) children.dropLateStarts();
    }
}
