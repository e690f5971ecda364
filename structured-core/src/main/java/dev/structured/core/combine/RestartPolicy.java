package dev.structured.core.combine;

import java.time.Duration;

/// Says how often and when the tasks of a [Supervisor] run again after they have failed.
///
/// ```java
/// RestartPolicy policy = RestartPolicy.of(
///         RetryPolicy.of(5, Duration.ofMillis(100), Duration.ofSeconds(10)), Duration.ofMinutes(1));
/// ```
///
/// The failures of each task are counted by themselves. The attempts of the [RetryPolicy] are the number of
/// failures within the window of time at which the task is given up: with the policy above, the fifth failure
/// in one minute. Only failures in the window count for the backoff too, so a task that has run well for a
/// minute begins again with a short pause. A budget and a reserve of time of the `RetryPolicy` have no effect
/// here.
///
/// Immutable.
public final class RestartPolicy {
    private final RetryPolicy retry;
    private final Duration window;
    private final RestartObserver observer;

    private RestartPolicy(RetryPolicy retry, Duration window, RestartObserver observer) {
        this.retry = retry;
        this.window = window;
        this.observer = observer;
    }

    /// Returns a policy without an observer.
    ///
    /// @param retry says after which exceptions a task is restarted, how often, and after which pauses
    /// @param window the time in which failures count; positive
    /// @throws IllegalArgumentException if the window is not positive
    public static RestartPolicy of(RetryPolicy retry, Duration window) {
        if (!window.isPositive()) {
            throw new IllegalArgumentException(
                    "window, the time in which failures count, must be positive: " + window);
        }
        return new RestartPolicy(retry, window, (_, _, _) -> {});
    }

    /// Returns this policy with an observer of every failure.
    public RestartPolicy withObserver(RestartObserver observer) {
        return new RestartPolicy(retry, window, observer);
    }

    RetryPolicy retry() {
        return retry;
    }

    Duration window() {
        return window;
    }

    RestartObserver observer() {
        return observer;
    }

    @Override
    public String toString() {
        return "RestartPolicy[" + retry + " within " + window + "]";
    }
}
