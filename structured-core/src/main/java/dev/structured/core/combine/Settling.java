package dev.structured.core.combine;

import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.ValueBody;
import org.jspecify.annotations.Nullable;

/// Runs bodies whose exceptions are results, and distinguishes these from cancellations.
final class Settling {
    private Settling() {}

    /// Runs the body on the calling task. **Checkpoint** at its beginning, so that a cancelled body need not
    /// begin.
    ///
    /// The scope around the body is never cancelled. It is there because a scope, at its end, turns the
    /// exceptions of interrupted code into a [Cancelled]: so an exception that leaves it is a failure.
    ///
    /// @return its value or its exception; an exception thrown while the task is cancelled is
    ///     [reported][#tellIfCancelled] instead
    static <T extends @Nullable Object> Settled<T> settle(ValueBody<? extends T, ?> body) {
        return settle("body", body);
    }

    /// Runs the body like [#settle(ValueBody)], in a scope of this name.
    static <T extends @Nullable Object> Settled<T> settle(String name, ValueBody<? extends T, ?> body) {
        Checkpoints.checkCancelled();
        try {
            T value = new CancelScope(name).call(body::call).orElseThrow();
            return new Settled.Succeeded<>(value);
        } catch (Exception thrown) {
            tellIfCancelled(thrown);
            return new Settled.Failed<>(thrown);
        }
    }

    /// Throws the cancellation of the calling task, if it is cancelled, with the exception suppressed in it.
    /// The exception cannot be a result any more, so [dev.structured.core.Instrument#errorDropped] reports it
    /// when the cancellation is absorbed.
    private static void tellIfCancelled(Throwable thrown) {
        try {
            Checkpoints.checkCancelled();
        } catch (Cancelled cancelled) {
            cancelled.addSuppressed(thrown);
            throw cancelled;
        }
    }
}
