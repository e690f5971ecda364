package dev.structured.service.record;

import org.jspecify.annotations.Nullable;

/// One reason for which tasks of a request were cancelled.
///
/// @param kind the kind of reason
/// @param part the part, or the quorum, that gave the reason; null for the request as a whole
/// @param atMicros the time, in microseconds since the request began
/// @param page the page of a batch whose tasks were cancelled; 0 for all tasks of the request
/// @param before the cause that came before; null for the first
public record Cause(Kind kind, @Nullable String part, int atMicros, int page,
        @Nullable Cause before) {

    /// The kinds of reasons that concern the request as a whole. A budget concerns one part, and a lost hedge
    /// one attempt: they are seen there.
    public enum Kind {
        /// A required part is missing: all other parts are stopped.
        REQUIRED_FAILED("required-failed"),
        /// A quorum can no longer be met: all other parts are stopped.
        QUORUM_MISSED("quorum-missed"),
        /// A quorum is met: its other parts are stopped.
        QUORUM_MET("quorum"),
        /// The request's deadline passed.
        DEADLINE("deadline"),
        /// The client went away.
        CLIENT_GONE("client-gone"),
        /// The service ends.
        SHUTDOWN("shutdown"),
        /// An operator cancelled the request.
        OPERATOR("operator");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /// Returns the name in JSON.
        public String label() {
            return label;
        }
    }
}
