package dev.structured.service.client;

import org.jspecify.annotations.Nullable;

/// Observes every call of a downstream; `ops` makes metrics of them.
///
/// Called on the calling task, exactly once each way for a call, however the call ends; must not block and
/// not throw.
public interface CallObserver {
    /// An observer that does nothing.
    CallObserver NONE = new CallObserver() {
        @Override
        public void callStarted(Peer peer) {}

        @Override
        public void callEnded(EndedCall call) {}
    };

    /// The address that is called.
    ///
    /// @param downstream the downstream's name
    /// @param address the host of its URL, as configured
    /// @param port the port of its URL
    record Peer(String downstream, String address, int port) {}

    /// A call that has ended.
    ///
    /// @param method the HTTP method
    /// @param template the call's path before its variables were filled in
    /// @param status the downstream's status; null when none arrived
    /// @param errorType null when there is a reply, whatever its status; otherwise the label of an
    ///     [dev.structured.service.aggregate.ErrorType], or `cancelled`
    /// @param nanos the call's duration in nanoseconds
    record EndedCall(Peer peer, String method, String template, @Nullable Integer status,
            @Nullable String errorType, long nanos) {}

    /// A call started.
    void callStarted(Peer peer);

    /// A call ended.
    void callEnded(EndedCall call);
}
