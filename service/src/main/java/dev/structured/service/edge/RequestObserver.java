package dev.structured.service.edge;

import dev.structured.service.record.Recorder;

/// Observes the starts and ends of requests; `ops` makes metrics of them. Called on the request's thread;
/// must not block.
///
/// Every started request ends exactly once, even a malformed request that never reached a route.
public interface RequestObserver {
    /// An observer that does nothing.
    RequestObserver NONE = new RequestObserver() {
        @Override
        public void requestStarted(RequestKind kind) {}

        @Override
        public void requestEnded(EndedRequest ended) {}
    };

    /// Called when the head of a request was read.
    void requestStarted(RequestKind kind);

    /// Called for a header with the caller's time that cannot be read.
    ///
    /// @param header its name, in lower case; one of those that the configuration names
    default void deadlineIgnored(String header) {}

    /// Called for a request with reports of earlier hops that are not trusted.
    ///
    /// @param reason `untrusted` if its connection is not from a trusted proxy, `malformed` if an address in
    ///     the trusted header cannot be read
    default void forwardedIgnored(String reason) {}

    /// Called at the end of a request of which calls were cut short, before [#requestEnded]. Only if requests
    /// are recorded.
    default void callsCutShort(Recorder request) {}

    /// Called when a request was answered, or when it can no longer be answered.
    void requestEnded(EndedRequest ended);
}
