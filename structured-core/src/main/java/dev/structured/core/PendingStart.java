package dev.structured.core;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// One `start` under way: a task between its caller and the nursery that it is to live in.
///
/// ```
///            started()                          ┌──▶ MOVED   it lives in the nursery; start() returns
///   PENDING ───────────── the caller: cancelled? ┤
///      │                                        └──▶ KEPT    it stays under start(), which waits for its end
///      └── the task ends ──▶ ENDED ◀──── the task ends ──┘   start() returns, or throws what came out of it
/// ```
///
/// The task is among the nursery's children from the start. This keeps the nursery open, and the nursery's
/// cancellation reaches the task at once. (In Trio it does not, and a nursery whose body has failed can wait
/// for ever for a task that is never told: issue 1431 there.) Until the task has MOVED it is under the
/// caller's scopes as well: its base scope has two parents.
///
/// Moving checks twice whether the caller is cancelled: once before, and once when the caller's scopes are
/// hidden from the tasks below. If one of those scopes has been cancelled in between, a task below may have a
/// cancellation in flight that only that scope can absorb. The task then stays, and cancellations that missed
/// it while the scopes were hidden are delivered. (A walk upwards that is under way at that time counts only
/// what the second check sees too: see [CancelLookup].)
final class PendingStart<V extends @Nullable Object> implements TaskStatus<V>, ChildSource<Task<?>> {
    private enum State {
        PENDING, KEPT, MOVED, ENDED
    }

    private final Task<?> caller;
    private final Task<@Nullable Void> child;
    private final CancelScope around;
    private final Wait<PendingStart<V>> wait;

    /// All guarded by this.
    private State state = State.PENDING;
    private boolean ready;
    private @Nullable V value;
    private @Nullable Throwable thrown;

    PendingStart(TaskGroup group, Task<?> caller, String name, Action<TaskStatus<V>, ?> body) {
        this.caller = caller;
        this.around = new CancelScope("start of '" + name + "'");
        CancelScope base = new CancelScope(name);
        this.child = group.newChild(name, base, caller.locals(), () -> {
            body.accept(this);
            return null;
        }, this);
        this.wait = new Wait<>(caller, this, false);
        around.opens(this);
        around.enter(caller);
        base.enterAsBase(child, around, group.scope());
    }

    Task<@Nullable Void> child() {
        return child;
    }

    @Override
    public void started(V value) {
        StackRoom.require();
        child.racePoint("task is ready");
        synchronized (this) {
            refuseTwice();
            this.ready = true;
            this.value = value;
        }
        boolean moved = move();
        synchronized (this) {
            // If the task has ended by now (another task has called this for it), start() ends with its
            // outcome.
            if (state == State.PENDING) state = moved ? State.MOVED : State.KEPT;
        }
        if (isMoved()) wait.finish(this);
    }

    private void refuseTwice() {
        if (state == State.ENDED) throw new IllegalStateException("Task '" + child.path() + "' has ended");
        if (ready) {
            throw new IllegalStateException("Task '" + child.path()
                    + "' has called started() before: it is ready only once, and the first value stands");
        }
    }

    /// Called by one thread only, and only once. Holds no lock, so other threads can see each of its steps.
    private boolean move() {
        if (CancelLookup.reason(around) != null) return false;
        CancelScope base = child.base();
        child.racePoint("task is to be moved");
        base.hideParent(true); // Invariant 9: its nursery, the target, is seen all the time
        child.racePoint("caller is hidden");
        if (CancelLookup.reason(around) != null) {
            base.hideParent(false);
            child.racePoint("caller is seen again");
            CancelTree.reveal(base); // cancellations during the move have missed the tasks below
            return false;
        }
        base.moveToTarget();
        child.racePoint("task has been moved");
        return true;
    }

    /// Returns the caller while it waits for the task; null if it no longer does.
    synchronized @Nullable Task<?> waitingCaller() {
        return state == State.PENDING || state == State.KEPT ? caller : null;
    }

    private synchronized boolean isMoved() {
        return state == State.MOVED;
    }

    /// The task has ended.
    ///
    /// @return true if `start` deals with the throwable, false if the nursery does
    boolean ended(@Nullable Throwable thrown) {
        synchronized (this) {
            if (state == State.MOVED) return false;
            state = State.ENDED;
            this.thrown = thrown;
        }
        return true;
    }

    /// Lets the caller go on. Called after the task has left the nursery.
    void finish() {
        wait.finish(this);
    }

    /// Waits until the task is ready or has ended, and returns the value that it handed over. On the caller's
    /// thread.
    V await() {
        wait.await();
        Throwable rest = around.closeClassified(caller, outcome(cameOut()));
        if (rest != null) throw Rethrow.unchecked(rest);
        return readyValue();
    }

    /// The start of the task failed. If its thread runs nevertheless, the task is stopped and awaited.
    void abandon() {
        if (child.gate().thread() != null) {
            around.cancel(CancelReason.Source.CHILD_FAILED, "its start failed", caller);
            wait.await();
        }
        around.closeClassified(caller, null);
    }

    /// Returns the throwable of a task that ended before it was ready; null if it is ready.
    private synchronized @Nullable Throwable cameOut() {
        if (thrown != null || ready) return thrown;
        return new IllegalStateException("Task '" + child.path()
                + "' ended without calling started(), which its starter was waiting for");
    }

    /// A caller that is cancelled too gets the cancellation. Any other caller gets an exception that it can
    /// catch, since only the nursery was cancelled.
    private @Nullable Throwable outcome(@Nullable Throwable cameOut) {
        if (cameOut instanceof NurseryFailedException group) return withoutForeign(group);
        if (!(cameOut instanceof Cancelled cancelled)) return cameOut;
        if (CancelLookup.reason(around) == null) return new ScopeCancelledException(cancelled.reason());
        return caller.thrown(cancelled);
    }

    /// Removes a cancellation that travels in a group, for the same reason: no scope around this caller may
    /// absorb it.
    private NurseryFailedException withoutForeign(NurseryFailedException group) {
        Cancelled travelling = group.cancelled();
        if (travelling == null || CancelLookup.reason(around) != null) return group;
        group.dropCancelled();
        caller.unwinding().absorbed(travelling, group);
        return group;
    }

    @SuppressWarnings("NullAway") // set by started(), which takes null only where V allows it
    private synchronized V readyValue() {
        return value;
    }

    @Override
    public void addChildrenTo(Collection<Task<?>> tasks) {
        if (!isMoved()) tasks.add(child);
    }

    @Override
    public String toString() {
        return "task '" + child.path() + "' to be ready";
    }
}
