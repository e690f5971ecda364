package dev.structured.service.edge;

import org.jspecify.annotations.Nullable;

/// A request that was answered, or that can no longer be answered.
///
/// @param kind the same as at the start
/// @param route the route's path template, never the client's path; null if no route matched
/// @param status the status sent; 499 if the client left before that
/// @param protocolVersion `1.0`, `1.1` or `2`
/// @param errorType the type of the failure, from a small fixed set; null if there was none, and for mistakes
///     of the client (4xx)
/// @param nanos the time from the first byte of the request to the last of the answer, in nanoseconds
/// @param traceparent the request's trace, by W3C Trace Context; null if it belongs to none
public record EndedRequest(RequestKind kind, @Nullable String route, int status, String protocolVersion,
        @Nullable String errorType, long nanos, @Nullable String traceparent) {}
