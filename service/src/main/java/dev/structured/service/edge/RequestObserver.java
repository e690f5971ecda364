package dev.structured.service.edge;

import org.jspecify.annotations.Nullable;

/// Sees requests come and go; `ops` turns it into metrics. Called on the request's thread; must not block.
///
/// Every started request ends exactly once, also the malformed one that never reached a route.
public interface RequestObserver {
    /// Sees nothing.
    RequestObserver NONE = new RequestObserver() {
        @Override
        public void requestStarted(String method, String scheme) {}

        @Override
        public void requestEnded(String method, String scheme, @Nullable String route, int status,
                String protocolVersion, @Nullable String errorType, long nanos) {}
    };

    /// A request's head was read.
    ///
    /// @param method a method that HTTP knows, else `_OTHER`; safe as a label
    /// @param scheme `http` or `https`
    void requestStarted(String method, String scheme);

    /// A request has a header that should say how much time its caller gives, and that cannot be read.
    ///
    /// @param header its name, in lower case; one of those that the configuration names
    default void deadlineIgnored(String header) {}

    /// A request was answered, or can no longer be.
    ///
    /// @param method as at the start
    /// @param scheme as at the start
    /// @param route the route's path template, never the client's path; null when no route matched
    /// @param status the status sent; 499 when the client had gone before there was one
    /// @param protocolVersion `1.0`, `1.1` or `2`
    /// @param errorType what went wrong, from a small fixed set; null when nothing did, and for the client's
    ///     own mistakes (4xx)
    /// @param nanos from the first byte of the request to the last of the answer, in nanoseconds
    void requestEnded(String method, String scheme, @Nullable String route, int status,
            String protocolVersion, @Nullable String errorType, long nanos);
}
