package dev.structured.service.client;

import org.jspecify.annotations.Nullable;

/// Sees every attempt to call a downstream; `ops` turns it into metrics.
///
/// Called on the calling task, exactly once each way for an attempt, however it ends; must not block and not
/// throw.
public interface CallObserver {
    /// Sees nothing.
    CallObserver NONE = new CallObserver() {
        @Override
        public void callStarted(String downstream, String address, int port) {}

        @Override
        public void callEnded(String downstream, String address, int port, String method, String template,
                @Nullable Integer status, @Nullable String errorType, long nanos) {}
    };

    /// An attempt started.
    ///
    /// @param downstream the downstream's name
    /// @param address the host of its URL, as configured
    /// @param port the port of its URL
    void callStarted(String downstream, String address, int port);

    /// The attempt ended.
    ///
    /// @param template the call's path before its variables were filled in
    /// @param status the downstream's status; null when none arrived
    /// @param errorType null when there is a reply, whatever its status; otherwise the label of an
    ///     [dev.structured.service.aggregate.ErrorType], or `cancelled`
    /// @param nanos how long it took, in nanoseconds
    void callEnded(String downstream, String address, int port, String method, String template,
            @Nullable Integer status, @Nullable String errorType, long nanos);
}
