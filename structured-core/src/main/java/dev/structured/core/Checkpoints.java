package dev.structured.core;

import java.time.Duration;

/// The places where a cancellation may arrive: explicit ones, and sleeps.
///
/// Every operation of this library that is marked **Checkpoint** throws [Cancelled] if a visible scope around
/// it is cancelled, whether or not it would have had to wait; it has then done nothing else.
public final class Checkpoints {
    private Checkpoints() {}

    /// Lets other tasks run, then throws if the task is cancelled. **Checkpoint.** For long computations.
    ///
    /// @throws IllegalStateException if the calling thread runs no task
    public static void checkpoint() {
        Task<?> task = Task.current("Checkpoints.checkpoint");
        task.yieldNow();
        task.checkCancelled();
    }

    /// Lets other tasks run, even if the task is cancelled: the other half of a checkpoint. **Not a cancel
    /// point.**
    ///
    /// @throws IllegalStateException if the calling thread runs no task
    public static void yieldNow() {
        Task.current("Checkpoints.yieldNow").yieldNow();
    }

    /// A checkpoint for operations that seldom have to wait: throws if the task is cancelled, and lets other
    /// tasks run now and then. **Checkpoint.** Every operation of a primitive made with [Wait] begins with
    /// it.
    ///
    /// @return the calling task, which the operation need not look for again
    /// @throws IllegalStateException if the calling thread runs no task
    public static Task<?> quickCheckpoint() {
        Task<?> task = Task.current("Checkpoints.quickCheckpoint");
        task.schedulePoint();
        task.checkCancelled();
        return task;
    }

    /// Throws if the task is cancelled, and otherwise goes on at once: only half a checkpoint.
    ///
    /// @throws IllegalStateException if the calling thread runs no task
    public static void checkCancelled() {
        Task.current("Checkpoints.checkCancelled").checkCancelled();
    }

    /// Sleeps. **Checkpoint.**
    ///
    /// @throws IllegalArgumentException if the duration is negative
    /// @throws IllegalStateException if the calling thread runs no task
    public static void sleep(Duration duration) {
        Task<?> task = Task.current("Checkpoints.sleep");
        long nanos = Nanos.of(duration);
        if (nanos == 0) {
            checkpoint();
        } else {
            sleepUntil(task, Nanos.after(task.platform().nanoTime(), nanos));
        }
    }

    /// Sleeps until cancelled. **Checkpoint.** Never returns normally.
    ///
    /// @throws IllegalStateException if the calling thread runs no task
    public static void sleepForever() {
        sleepUntil(Task.current("Checkpoints.sleepForever"), Nanos.NEVER);
    }

    private static void sleepUntil(Task<?> task, long deadline) {
        task.checkCancelled();
        StackRoom.require();
        Sleep sleep = new Sleep(task);
        boolean rested;
        try {
            task.deadlines().set(sleep, deadline);
            rested = sleep.wait.awaitDecision();
        } finally {
            task.deadlines().close(sleep);
        }
        if (!rested) throw sleep.wait.failure();
    }

    /// The blocker that thread dumps show.
    private static final class Sleep extends Deadlines.Entry {
        final Wait<Sleep> wait;

        Sleep(Task<?> task) {
            super(false);
            wait = new Wait<>(task, this, true);
        }

        @Override
        void expire() {
            wait.finish(this);
        }

        @Override
        public String toString() {
            return "a sleep";
        }
    }

    /// Returns true if a checkpoint here would throw. **Not a checkpoint.**
    ///
    /// @throws IllegalStateException if the calling thread runs no task
    public static boolean isCancelled() {
        Task<?> task = Task.current("Checkpoints.isCancelled");
        CancelLookup.expireDeadlines(task.innermost());
        return task.isCancelled();
    }

    /// Returns true if the calling task has been asked to come to its end: by [CancelScope#requestStop] on a
    /// scope around it that no shield hides, or on its scheduler. A loop that takes on new work looks at this
    /// and ends. **Not a checkpoint.**
    ///
    /// @throws IllegalStateException if the calling thread runs no task
    public static boolean isStopRequested() {
        return CancelLookup.isStopRequested(Task.current("Checkpoints.isStopRequested").innermost());
    }

    /// Returns the earliest deadline that is visible here: [Deadline#PASSED] if the task is cancelled,
    /// [Deadline#NEVER] if there is none. The end of the grace of a [stop][CancelScope#requestStop] is one.
    ///
    /// @throws IllegalStateException if the calling thread runs no task
    public static Deadline effectiveDeadline() {
        Task<?> task = Task.current("Checkpoints.effectiveDeadline");
        return Deadline.at(task.platform(), CancelLookup.deadline(task.innermost()));
    }

    /// Returns the time left until the [#effectiveDeadline()]: zero if it has passed or the task is
    /// cancelled, 292 years if there is none.
    ///
    /// @throws IllegalStateException if the calling thread runs no task
    public static Duration remaining() {
        return effectiveDeadline().remaining();
    }
}
