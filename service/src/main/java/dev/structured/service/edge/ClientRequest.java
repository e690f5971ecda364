package dev.structured.service.edge;

import dev.structured.core.Scheduler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The head of a request, as its client sent it. The body is read through [Client].
///
/// @param host the host that the request is for: that of its target, of `:authority`, or else of `Host`, with
///     or without a port; null when the request names none
/// @param path encoded, without the query; null when the request has none
/// @param query encoded, without the question mark; null when the request has none
/// @param scheduler the scheduler of the task that makes the page; its time is that of the request
/// @param begunNanos the arrival of the first byte, in the scheduler's time
/// @param address the address of the client's end of the connection
/// @param scheme `http` or `https`
/// @param timeLeft the time that the client gives, besides the headers for that; null for no limit
public record ClientRequest(String method, @Nullable String host, @Nullable String path,
        @Nullable String query, Headers headers,
        Scheduler scheduler, long begunNanos, String address, String scheme, @Nullable Duration timeLeft) {
    /// Returns the time since the first byte arrived.
    Duration elapsed() {
        return Duration.ofNanos(scheduler.nanoTime() - begunNanos);
    }
}
