package dev.structured.service.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A downstream at one moment, with the numbers of its last two minutes.
///
/// @param breaker `closed`, `open` or `half_open`; null without a circuit breaker
/// @param openings the number of times that the breaker has opened
/// @param inFlight the calls that have a permit
/// @param queued the calls that wait for one
/// @param limit the most calls that may have one at once
/// @param connections the open connections
/// @param attempts all attempts
/// @param failures those that failed
/// @param p50 the median latency of its attempts in milliseconds; 0 without attempts
/// @param hedged the calls that were hedged
/// @param hedgesWon those in which a later attempt answered first
/// @param caches whether its answers are kept
/// @param shares whether equal calls share an answer
/// @param endpoints the endpoints of a downstream that has several
/// @param demo true for an embedded demo
/// @param chaos the fault of the demo; `none` for no fault; null if it is not a demo
public record DownstreamView(String name, @Nullable String breaker, int openings, int inFlight, int queued,
        int limit, int connections, long attempts, long failures, double p50, double p99, long hedged,
        long hedgesWon, boolean caches, boolean shares, List<Endpoint> endpoints, boolean demo,
        @Nullable String chaos) {

    /// One of several endpoints.
    ///
    /// @param leftAlone the reason why it gets no calls; null if it gets calls
    /// @param latencyMs the latency of good calls; 0 while it is not known
    public record Endpoint(String name, @Nullable String leftAlone, int inFlight, double latencyMs,
            long calls,
            long failures) {}
}
