package dev.structured.core.combine;

import org.jspecify.annotations.Nullable;

/// Observes extra attempts of [Combine#retry] and [Combine#hedge] that are not made, for metrics.
///
/// Called on the task that would have made the attempt. Must not block and not throw.
@FunctionalInterface
public interface AttemptObserver {
    /// An extra attempt was due and is not made; the call makes no further ones.
    ///
    /// @param failure the exception of the attempt before, for a retry; null for a hedge
    void extraRefused(Refusal why, @Nullable Exception failure);

    /// The reasons why an extra attempt is not made.
    enum Refusal {
        /// The budget is empty.
        BUDGET,
        /// The deadline would leave the attempt too little time.
        NO_TIME
    }
}
