package dev.structured.core;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/// Why a scope was cancelled. The first reason of a scope is kept; later ones change nothing.
///
/// @param source what cancelled it
/// @param scope the name of the scope that was cancelled
/// @param text what happened, in words
/// @param task the path of the task that cancelled it, as text so that the task is not kept alive; null when
///     no task did (a timer, a thread from outside)
public record CancelReason(Source source, String scope, String text, @Nullable String task)
        implements
            Serializable {

    /// What cancelled a scope.
    public enum Source {
        /// The scope's own deadline passed.
        DEADLINE,
        /// Somebody called [CancelScope#cancel()].
        EXPLICIT,
        /// A child of the nursery failed.
        CHILD_FAILED,
        /// The nursery's body failed.
        BODY_FAILED,
        /// The scheduler is closing.
        SHUTDOWN,
        /// Somebody outside interrupted a thread of the run.
        INTERRUPTED,
        /// No task of the scheduler could ever go on, and looking for that had been asked for.
        DEADLOCK
    }

    @Override
    public String toString() {
        return text + (task == null ? "" : " (by task '" + task + "')");
    }
}
