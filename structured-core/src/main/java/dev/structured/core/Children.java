package dev.structured.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The children of one nursery, and the state of its life.
///
/// ```
///            startSoon()                 startSoon(), by a child
///             ┌─↺─┐                          ┌─↺─┐
///  open() ──▶ OPEN ──── the block ends ────▶ JOINING ──── the last child ends ────▶ CLOSED
///               └───────── the block ends, and there is no child ──────────────────▶
/// ```
///
/// A late start that is pending counts as a child. All state is guarded by this object's lock:
///
/// 1. A child is in the list from before its thread starts until it has reported its failure, ended, and let
///    go.
/// 2. The nursery is never JOINING with an empty list: the caller that would bring this about goes to CLOSED
///    and completes the join. So startSoon() either gets its child into the list before that, or is refused.
///
/// Cancellation is not a state of the nursery. It lies in its scope, in any of the three states, and a child
/// that is started then begins cancelled and runs to its first checkpoint.
final class Children extends Chain<Task<?>> implements ChildSource<Task<?>> {
    private enum State {
        OPEN, JOINING, CLOSED
    }

    private State state = State.OPEN;
    private @Nullable Wait<Children> join;
    /// The late starts that are pending, in no order; null until the first. Volatile, so that a walk can see
    /// without the lock that there are none.
    private volatile @Nullable List<LateStart<?>> late;
    /// Null until the first. Volatile for the same reason.
    private volatile @Nullable TaskGroup background;
    private Closing.@Nullable Stack closings;

    /// Adds a task.
    ///
    /// @return false if the nursery is closed
    synchronized boolean admit(Task<?> child) {
        if (isClosed()) return false;
        add(child.gate());
        return true;
    }

    /// Adds a late start.
    ///
    /// @return false if the nursery is closed
    synchronized boolean admit(LateStart<?> start) {
        if (isClosed()) return false;
        List<LateStart<?>> starts = late == null ? new ArrayList<>(1) : late;
        start.index = starts.size();
        starts.add(start);
        late = starts;
        return true;
    }

    /// Adds a resource that is to be closed at the end.
    ///
    /// @return false if the nursery is closed
    synchronized boolean admit(Closing closing) {
        if (isClosed()) return false;
        Closing.Stack stack = closings == null ? new Closing.Stack() : closings;
        stack.push(closing);
        closings = stack;
        return true;
    }

    /// Removes and returns the resource that was added last; returns null if there is none.
    synchronized @Nullable Closing pollClosing() {
        return closings == null ? null : closings.poll();
    }

    /// Returns the group of the background tasks; null if there is none.
    @Nullable
    TaskGroup background() {
        return background;
    }

    /// Sets the group of the background tasks, unless there is one, or the nursery is closed.
    synchronized void admitBackground(TaskGroup group) {
        if (background == null && !isClosed()) background = group;
    }

    /// Removes a late start that is in the list: the last one takes its place. Holding the lock.
    private void remove(LateStart<?> start) {
        List<LateStart<?>> starts = Objects.requireNonNull(late);
        LateStart<?> last = starts.removeLast();
        if (last == start) return;
        starts.set(start.index, last);
        last.index = start.index;
    }

    /// Replaces the late start, which has kept the nursery open, by its task, which keeps it open too.
    synchronized void replace(LateStart<?> start, Task<?> child) {
        remove(start);
        add(child.gate());
    }

    /// Removes a task that has ended, and completes the join if it was the last child.
    void dismiss(Task<?> child) {
        Wait<Children> joined;
        synchronized (this) {
            remove(child.gate());
            joined = closeIfDone();
        }
        if (joined != null) joined.wake();
    }

    /// Removes a late start that was dropped, and completes the join if it was the last child.
    void dismiss(LateStart<?> start) {
        Wait<Children> joined;
        synchronized (this) {
            remove(start);
            joined = closeIfDone();
        }
        if (joined != null) joined.wake();
    }

    private @Nullable Wait<Children> closeIfDone() {
        if (state != State.JOINING || !isDone()) return null;
        state = State.CLOSED;
        Wait<Children> joined = join;
        if (joined != null) joined.decide(this);
        return joined;
    }

    private boolean isDone() {
        return isEmpty() && (late == null || late.isEmpty());
    }

    /// The block has ended.
    ///
    /// @return the wait for the children, which the owner has to await; null if there are none
    @Nullable
    synchronized Wait<Children> join(Task<?> owner, TaskGroup purpose) {
        state = State.JOINING;
        if (isDone()) {
            state = State.CLOSED;
            return null;
        }
        Wait<Children> wait = new Wait<>(owner, purpose, false);
        join = wait;
        return wait;
    }

    @Override
    public void addChildrenTo(Collection<Task<?>> tasks) {
        synchronized (this) {
            addAllTo(tasks);
        }
        TaskGroup beside = background;
        if (beside != null) beside.addChildrenTo(tasks);
    }

    @Override
    public void dropLateStarts() {
        if (late == null) return;
        for (LateStart<?> each : lateStarts()) each.dropIfCancelled();
    }

    private synchronized List<LateStart<?>> lateStarts() {
        return late == null ? List.of() : List.copyOf(late);
    }

    /// Returns true if the block and all children have ended. Holding the lock.
    boolean isClosed() {
        return state == State.CLOSED;
    }

    /// Returns the number of late starts that are pending.
    synchronized int pending() {
        return late == null ? 0 : late.size();
    }

    @Override
    public synchronized String toString() {
        return state.name();
    }
}
