package dev.structured.testing;

import dev.structured.core.Body;
import dev.structured.core.Checkpoints;
import dev.structured.core.Task;
import dev.structured.core.ValueBody;
import org.jspecify.annotations.Nullable;

/// Assertions that code is a checkpoint, or that it is not.
///
/// ```java
/// assertCheckpoint(() -> inbox.receive());
/// assertNoCheckpoint(() -> inbox.trySend(1));
/// ```
///
/// A checkpoint is a cancel point and a schedule point. Half of one ([Checkpoints#checkCancelled()] or
/// [Checkpoints#yieldNow()] alone) fails both assertions; the two halves in sequence are one checkpoint.
public final class CheckpointAssertions {
    private CheckpointAssertions() {}

    /// Runs the body and asserts that the calling task has passed a checkpoint in it, if it ends normally.
    ///
    /// @throws X what the body throws
    /// @throws AssertionError if it passed none, or only half of one
    /// @throws IllegalStateException if the calling thread runs no task
    public static <X extends Exception> void assertCheckpoint(Body<X> body) throws X {
        assertCheckpoint(valued(body));
    }

    /// Runs the body, asserts that the calling task has passed a checkpoint in it, and returns its value.
    ///
    /// @throws X what the body throws
    /// @throws AssertionError if it passed none, or only half of one
    /// @throws IllegalStateException if the calling thread runs no task
    public static <T extends @Nullable Object, X extends Exception> T assertCheckpoint(ValueBody<T, X> body)
            throws X {
        Task.Statistics before = Task.current().statistics();
        T value = body.call();
        Passed passed = Passed.since(before);
        if (passed.cancelPoints == 0 || passed.schedulePoints == 0) {
            throw new AssertionError("This is not a checkpoint: it " + passed + ". "
                    + (passed.cancelPoints == 0
                            ? "A loop over it could not be cancelled: have it check whether the task is"
                                    + " cancelled, even if it need not wait."
                            : "A loop over it could keep other tasks from running: have it yield, even if it"
                                    + " need not wait."));
        }
        return value;
    }

    /// Runs the body and asserts that the calling task has passed no checkpoint in it, nor half of one,
    /// however it ends.
    ///
    /// @throws X what the body throws
    /// @throws AssertionError if it passed one, or half of one; an exception of the body is suppressed in it
    /// @throws IllegalStateException if the calling thread runs no task
    public static <X extends Exception> void assertNoCheckpoint(Body<X> body) throws X {
        assertNoCheckpoint(valued(body));
    }

    /// Runs the body, asserts that the calling task has passed no checkpoint in it, nor half of one, however
    /// it ends, and returns its value.
    ///
    /// @throws X what the body throws
    /// @throws AssertionError if it passed one, or half of one; an exception of the body is suppressed in it
    /// @throws IllegalStateException if the calling thread runs no task
    public static <T extends @Nullable Object, X extends Exception> T assertNoCheckpoint(ValueBody<T, X> body)
            throws X {
        Task.Statistics before = Task.current().statistics();
        T value;
        try {
            value = body.call();
        } catch (Throwable thrown) {
            requireNone(before, thrown);
            throw thrown;
        }
        requireNone(before, null);
        return value;
    }

    private static void requireNone(Task.Statistics before, @Nullable Throwable thrown) {
        Passed passed = Passed.since(before);
        if (passed.cancelPoints == 0 && passed.schedulePoints == 0) return;
        AssertionError wrong = new AssertionError("This must not be a checkpoint, but it " + passed
                + ". Its callers rely on not being cancelled there.");
        if (thrown != null) wrong.addSuppressed(thrown);
        throw wrong;
    }

    private static <X extends Exception> ValueBody<@Nullable Void, X> valued(Body<X> body) {
        return () -> {
            body.run();
            return null;
        };
    }

    private record Passed(long cancelPoints, long schedulePoints) {
        static Passed since(Task.Statistics before) {
            Task.Statistics now = Task.current().statistics();
            return new Passed(now.cancelPoints() - before.cancelPoints(),
                    now.schedulePoints() - before.schedulePoints());
        }

        @Override
        public String toString() {
            return "passed " + points(cancelPoints, "cancel") + " and " + points(schedulePoints, "schedule");
        }

        private static String points(long count, String kind) {
            return (count == 0 ? "no " : count + " ") + kind + (count == 1 ? " point" : " points");
        }
    }
}
