package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// The scope around one task alone, by which [Task#cancel()] cancels the task and nothing beside it.
///
/// ```
///   nursery's scope (base) ◀── outermost scope of the task ◀── …          until it is cancelled alone
///   nursery's scope (base) ◀── own scope ◀── outermost scope of the task ◀── …
/// ```
///
/// Most tasks never need one, so it is inserted when the task is first cancelled in this way. When it is
/// inserted it is not yet cancelled, so no thread can notice it; then it is cancelled like any other.
///
/// Two threads may meet here: the canceller publishes the own scope, then looks for the outermost scope of
/// the task; the task publishes that it has entered a scope, then looks for an own scope. At least one of the
/// two sees the other, and makes the own scope the parent of the outermost one. A task that is being
/// [started][Nursery#start], and the root of a run, have a base scope of their own, which serves the same
/// purpose.
final class OwnScope {
    private OwnScope() {}

    /// Cancels the task and the tasks below it. **Thread-safe.**
    static void cancel(Task<?> task, String why) {
        StackRoom.require();
        CancelScope own = hasOwnBase(task) ? task.base() : putIn(task);
        own.cancel(CancelReason.Source.EXPLICIT, why);
        if (task.isDone() && task.parent() != null) own.retire(task);
    }

    private static boolean hasOwnBase(Task<?> task) {
        return task.base().owner() == task;
    }

    /// If two threads do this at once, each returns when the scope is in its place.
    private static CancelScope putIn(Task<?> task) {
        CancelScope own = task.putOwn();
        task.racePoint("own scope is there");
        for (CancelScope scope = task.innermost(); scope != own; scope = scope.parentOrThrow()) {
            if (scope.parent() != task.base()) continue;
            task.racePoint("outermost scope is found");
            scope.hangUnder(own);
        }
        return own;
    }

    /// The task has entered the scope directly in its base scope: checks whether another thread has inserted
    /// an own scope at the same time.
    ///
    /// @return true if one has; a canceller may then have missed the task
    static boolean isBetween(Task<?> task, CancelScope entered) {
        CancelScope own = task.own();
        if (own == null) return false;
        entered.hangUnder(own);
        return true;
    }

    /// Ends the own scope of a child whose code has ended: absorbs a cancellation that [Task#cancel()] has
    /// caused.
    ///
    /// @return the throwable that the nursery has to deal with; null if there is none
    static @Nullable Throwable close(Task<?> task, @Nullable Throwable thrown) {
        CancelScope own = hasOwnBase(task) ? task.base() : task.own();
        return own == null ? thrown : own.closeAsOwn(task, thrown);
    }

    /// Ends the own scope of a task that has ended: its alarms are taken back. A canceller that comes later
    /// sees that the task has ended.
    static void retire(Task<?> task) {
        CancelScope own = task.own();
        if (own != null) own.retire(task);
    }
}
