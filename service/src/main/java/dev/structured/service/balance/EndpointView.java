package dev.structured.service.balance;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// An endpoint at one moment, for metrics and the admin listener.
///
/// @param endpoint its host or address, and its port; with a number if another endpoint has the same
/// @param leftAlone the reason why it gets no calls: `failures`, `failure_rate`, `retry_after`, `unhealthy`;
///     null if it gets calls
/// @param timeLeft the least time that this will last
/// @param inFlight calls in flight
/// @param latency the latency of good calls; zero while it is not known
/// @param calls all calls so far
/// @param failures the number of failed calls
public record EndpointView(String endpoint, @Nullable String leftAlone, Duration timeLeft, int inFlight,
        Duration latency, long calls, long failures) {}
