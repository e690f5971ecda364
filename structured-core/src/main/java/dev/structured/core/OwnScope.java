package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// The scope around one task alone, by which [Task#cancel()] reaches it and nothing beside it.
///
/// ```
///   nursery's scope (base) ◀── outermost scope of the task ◀── …          until it is cancelled alone
///   nursery's scope (base) ◀── own scope ◀── outermost scope of the task ◀── …
/// ```
///
/// Most tasks never need one, so it is put in between when the task is first cancelled. It is put in as a
/// scope that is not cancelled, which no thread can notice, and is cancelled then like any other.
///
/// Two threads meet when it is put in: the canceller writes that it is there, then looks for the outermost
/// scope of the task; the task writes that it has entered a scope, then looks whether an own scope is there.
/// One of the two sees the other, and hangs the outermost scope under the own one. A task that is being
/// [started][Nursery#start], and the root of a run, have a base scope of their own, which serves as this.
final class OwnScope {
    private OwnScope() {}

    /// Cancels the task and the tasks below it. **Thread-safe.**
    static void cancel(Task<?> task, String why) {
        CancelScope own = hasOwnBase(task) ? task.base() : putIn(task);
        own.cancel(CancelReason.Source.EXPLICIT, why);
        if (task.isDone() && task.parent() != null) own.retire(task);
    }

    private static boolean hasOwnBase(Task<?> task) {
        return task.base().owner() == task;
    }

    /// Of two threads that do this at once, each comes out when the scope is in its place.
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

    /// The task has entered the scope directly in its base scope: looks whether another thread has put an own
    /// scope in between at the same time.
    ///
    /// @return true if so; then a canceller may have missed the task
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
