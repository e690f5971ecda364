package dev.structured.core.combine;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Observes every failure of a [Supervisor]'s tasks, for logs and metrics.
///
/// Called on the task that failed, before it pauses. Must not block. An exception that it throws is
/// suppressed in the failure.
@FunctionalInterface
public interface RestartObserver {
    /// A task has failed.
    ///
    /// @param task the task's name
    /// @param restartsIn the pause before it runs again; null if it has been given up
    void failed(String task, Exception failure, @Nullable Duration restartsIn);
}
