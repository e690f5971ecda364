package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// Tells whether a throwable that came out of a task's code is a cancellation or a failure. On the task's
/// thread.
final class Classification {
    /// A throwable that has suppressed this many gets no cancellation to suppress: it may be a constant that
    /// is thrown again and again.
    private static final int MOST_LINKED = 16;
    /// Longer traces may have been cut off by the JVM, by default.
    private static final int WHOLE_TRACE = 1_024;

    private Classification() {}

    /// Returns the throwable itself; or, if the task is cancelled and the throwable is of a kind by which
    /// code reports an interrupt, a [Cancelled] with the throwable as a detail. Called once for each
    /// throwable, in the scope that it comes out of.
    static Throwable of(Task<?> task, Throwable thrown) {
        try {
            return classified(task, thrown);
        } catch (Throwable error) { // then it is what it looks like: the task has to end in any case
            return thrown;
        }
    }

    private static Throwable classified(Task<?> task, Throwable thrown) {
        if (thrown instanceof Cancelled cancelled) {
            return CancelLookup.isAnyCancelled(task.innermost()) ? cancelled : escaped(task, cancelled);
        }
        task.gate().noticeForeignInterrupt();
        CancelReason reason = thrown instanceof NurseryFailedException
                ? null
                : reasonToInterrupt(task, thrown);
        if (reason == null || !InterruptThrowables.matches(thrown)) return linked(task, thrown);
        Cancelled cancelled = new Cancelled(reason);
        cancelled.addSuppressed(thrown);
        return task.thrown(cancelled);
    }

    /// Returns the reason for which the code that threw this may have been interrupted; null if there was
    /// none.
    private static @Nullable CancelReason reasonToInterrupt(Task<?> task, Throwable thrown) {
        CancelReason reason = task.cancelReason();
        if (reason == null) reason = task.gate().hiddenReason();
        if (reason == null && thrown instanceof InterruptedException e
                && InterruptThrowables.comesFromTheJdk(e) && wasThrownInTask(e)) {
            // The code was interrupted, and not by us: the exception stands for a flag that it has cleared.
            task.interruptedFromOutside();
            // A shield around us may hide it: it goes on to the run's scope.
            reason = task.run().root.base().requireReason();
        }
        return reason;
    }

    /// Returns true if the trace shows that a task's thread was interrupted. Code that hands over what
    /// another thread has thrown, such as a worker or a future, says nothing about the task's own thread.
    private static boolean wasThrownInTask(InterruptedException thrown) {
        StackTraceElement[] trace = Words.trace(thrown);
        if (trace.length >= WHOLE_TRACE) return true;
        for (StackTraceElement frame : trace) {
            String name = frame.getClassName();
            if (name.equals(ChildThread.class.getName()) || name.equals(Run.class.getName())) return true;
        }
        return false;
    }

    /// No scope that could absorb it is cancelled, so it was thrown after its scope had ended.
    private static IllegalStateException escaped(Task<?> task, Cancelled stray) {
        return new IllegalStateException("A Cancelled of scope '" + stray.reason().scope()
                + "' was thrown in task '"
                + task.path()
                + "', none of whose scopes is cancelled. Was it caught, kept, and thrown again after"
                + " its scope"
                + " had ended? Let it pass where it is thrown, and use 'finally' for cleanup.", stray);
    }

    /// Adds a cancellation that was on its way out to the error that took its place (thrown in a `finally`,
    /// for example). Java itself would forget the cancellation.
    private static Throwable linked(Task<?> task, Throwable thrown) {
        Cancelled replaced = task.inFlight();
        if (replaced == null || thrown instanceof NurseryFailedException) return thrown;
        boolean kept = thrown.getSuppressed().length < MOST_LINKED && Suppressed.add(thrown, replaced);
        if (!kept) task.unwinding().absorbed(replaced, thrown);
        return thrown;
    }
}
