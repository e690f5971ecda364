package dev.structured.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Runs blocks with a time limit. When it passes, `moveOn…` ends the block quietly, and `fail…` throws.
///
/// A timeout is a length of time and starts when the block does; a [Deadline] is a point in time.
/// Limits nest: an inner one never outlasts the outer.
public final class Timeouts {
    private Timeouts() {}

    /// Runs the block and returns its value, or the cancellation by the timeout that cut it short.
    ///
    /// @throws IllegalArgumentException if the timeout is negative; the block is not run then
    /// @throws IllegalStateException if the calling thread runs no task
    public static <T extends @Nullable Object, X extends Exception> ScopeResult<T> moveOnAfter(
            Duration timeout,
            ValueBody<T, X> body) throws X {
        return new CancelScope("moveOnAfter").withTimeout(timeout).call(body);
    }

    /// Runs the block; the result tells whether the timeout cut it short.
    ///
    /// @throws IllegalArgumentException if the timeout is negative; the block is not run then
    /// @throws IllegalStateException if the calling thread runs no task
    public static <X extends Exception> ScopeResult<@Nullable Void> moveOnAfter(Duration timeout,
            Body<X> body) throws X {
        return new CancelScope("moveOnAfter").withTimeout(timeout).call(Bodies.valued(body));
    }

    /// Runs the block and returns its value, or the cancellation by the deadline that cut it short.
    ///
    /// @param deadline may have passed
    /// @throws IllegalArgumentException if the deadline is on the clock of another scheduler; the block is
    ///     not run then
    /// @throws IllegalStateException if the calling thread runs no task
    public static <T extends @Nullable Object, X extends Exception> ScopeResult<T> moveOnAt(Deadline deadline,
            ValueBody<T, X> body) throws X {
        return new CancelScope("moveOnAt").withDeadline(deadline).call(body);
    }

    /// Runs the block; the result tells whether the deadline cut it short.
    ///
    /// @param deadline may have passed
    /// @throws IllegalArgumentException if the deadline is on the clock of another scheduler; the block is
    ///     not run then
    /// @throws IllegalStateException if the calling thread runs no task
    public static <X extends Exception> ScopeResult<@Nullable Void> moveOnAt(Deadline deadline,
            Body<X> body) throws X {
        return moveOnAt(deadline, Bodies.valued(body));
    }

    /// Runs the block and returns its value.
    ///
    /// @throws TooSlowException if the timeout cut the block short
    /// @throws ScopeCancelledException if another cancellation did, which a shield has hidden since then
    /// @throws IllegalArgumentException if the timeout is negative; the block is not run then
    /// @throws IllegalStateException if the calling thread runs no task
    public static <T extends @Nullable Object, X extends Exception> T failAfter(Duration timeout,
            ValueBody<T, X> body)
            throws X {
        return valueOf(new CancelScope("failAfter").withTimeout(timeout), body);
    }

    /// Runs the block.
    ///
    /// @throws TooSlowException if the timeout cut the block short
    /// @throws ScopeCancelledException if another cancellation did, which a shield has hidden since then
    /// @throws IllegalArgumentException if the timeout is negative; the block is not run then
    /// @throws IllegalStateException if the calling thread runs no task
    public static <X extends Exception> void failAfter(Duration timeout, Body<X> body) throws X {
        failAfter(timeout, Bodies.valued(body));
    }

    /// Runs the block and returns its value.
    ///
    /// @param deadline may have passed
    /// @throws TooSlowException if the deadline cut the block short
    /// @throws ScopeCancelledException if another cancellation did, which a shield has hidden since then
    /// @throws IllegalArgumentException if the deadline is on the clock of another scheduler; the block is
    ///     not run then
    /// @throws IllegalStateException if the calling thread runs no task
    public static <T extends @Nullable Object, X extends Exception> T failAt(Deadline deadline,
            ValueBody<T, X> body)
            throws X {
        return valueOf(new CancelScope("failAt").withDeadline(deadline), body);
    }

    /// Runs the block.
    ///
    /// @param deadline may have passed
    /// @throws TooSlowException if the deadline cut the block short
    /// @throws ScopeCancelledException if another cancellation did, which a shield has hidden since then
    /// @throws IllegalArgumentException if the deadline is on the clock of another scheduler; the block is
    ///     not run then
    /// @throws IllegalStateException if the calling thread runs no task
    public static <X extends Exception> void failAt(Deadline deadline, Body<X> body) throws X {
        failAt(deadline, Bodies.valued(body));
    }

    private static <T extends @Nullable Object, X extends Exception> T valueOf(CancelScope scope,
            ValueBody<T, X> body)
            throws X {
        ScopeResult<T> result = scope.call(body);
        TooSlowException tooSlow = result.isCancelled() ? scope.tooSlow() : null;
        if (tooSlow != null) throw tooSlow;
        return result.orElseThrow();
    }
}
