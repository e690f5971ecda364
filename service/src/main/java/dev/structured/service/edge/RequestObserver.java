package dev.structured.service.edge;

import org.jspecify.annotations.Nullable;

/// Is told when requests start and end; `ops` makes metrics of it. Called on the request's thread; must not
/// block.
///
/// Every started request ends exactly once, also a malformed request that never reached a route.
public interface RequestObserver {
    /// Does nothing.
    RequestObserver NONE = new RequestObserver() {
        @Override
        public void requestStarted(String method, String scheme) {}

        @Override
        public void requestEnded(String method, String scheme, @Nullable String route, int status,
                String protocolVersion, @Nullable String errorType, long nanos,
                @Nullable String traceparent) {}
    };

    /// Called when the head of a request was read.
    ///
    /// @param method a method that HTTP knows, else `_OTHER`; safe as a label
    /// @param scheme `http` or `https`
    void requestStarted(String method, String scheme);

    /// Called for a header that should give the caller's time and cannot be read.
    ///
    /// @param header its name, in lower case; one of those that the configuration names
    default void deadlineIgnored(String header) {}

    /// Called when a request was answered, or when it can no longer be answered.
    ///
    /// @param method as at the start
    /// @param scheme as at the start
    /// @param route the route's path template, never the client's path; null if no route matched
    /// @param status the status sent; 499 if the client left before that
    /// @param protocolVersion `1.0`, `1.1` or `2`
    /// @param errorType what went wrong, from a small fixed set; null if nothing did, and
    ///     for mistakes of the client (4xx)
    /// @param nanos from the first byte of the request to the last of the answer, in nanoseconds
    /// @param traceparent the request's trace, by W3C Trace Context; null if it belongs to none
    void requestEnded(String method, String scheme, @Nullable String route, int status,
            String protocolVersion, @Nullable String errorType, long nanos, @Nullable String traceparent);
}
