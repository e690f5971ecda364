package dev.structured.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Runs cleanup that has to block although its task is cancelled: closing a connection politely, rolling
/// back, telling a peer.
///
/// ```java
/// Connection connection = pool.take();
/// try {
///     return query(connection);
/// } finally {
///     Cleanup.run(Duration.ofSeconds(3), () -> pool.giveBack(connection));
/// }
/// ```
public final class Cleanup {
    private Cleanup() {}

    /// Runs the block where no cancellation from outside reaches it, for no longer than `limit`. The
    /// scopes outside stay cancelled, and the next checkpoint after the block throws.
    ///
    /// A shield inside the block hides this limit too: what another `run` in it runs has only the limit of
    /// that one.
    ///
    /// An exception that it throws takes the place of the exception that was on its way out; a [Cancelled] is
    /// then suppressed in it. If a later `Cancelled` takes its place in turn, it is suppressed in that one,
    /// and when that is absorbed, [Instrument#errorDropped] is called with it.
    ///
    /// @return the result, which tells whether the limit cut it short
    /// @throws X if the block throws it
    /// @throws IllegalArgumentException if the limit is negative; the block is not run then
    /// @throws IllegalStateException if the calling thread runs no task
    public static <X extends Exception> ScopeResult<@Nullable Void> run(Duration limit, Body<X> block)
            throws X {
        return call(limit, Bodies.valued(block));
    }

    /// Runs the block like [#run], and returns its value.
    ///
    /// @return the block's value, or the cancellation by the limit
    /// @throws X if the block throws it
    /// @throws IllegalArgumentException if the limit is negative; the block is not run then
    /// @throws IllegalStateException if the calling thread runs no task
    public static <T extends @Nullable Object, X extends Exception> ScopeResult<T> call(Duration limit,
            ValueBody<T, X> block) throws X {
        Task<?> task = Task.current("Cleanup.run");
        CancelScope shield = new CancelScope("cleanup").withTimeout(limit).withShield();
        try {
            return shield.call(block);
        } catch (Throwable thrown) {
            task.unwinding().cleanupFailed(thrown);
            throw thrown;
        }
    }
}
