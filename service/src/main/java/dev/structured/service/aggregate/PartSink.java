package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;

/// Receives the parts of a page as they come in, for clients that read a stream.
///
/// Called by the tasks of the parts, possibly by several at once. Its methods may block, and may be
/// cancelled.
/// **Checkpoint.**
public interface PartSink {
    /// Ignores everything.
    PartSink NONE = new PartSink() {
        @Override
        public void present(String part, JsonNode value) {}

        @Override
        public void missing(PartFailure failure) {}
    };

    /// Called when a part has its value.
    ///
    /// @param value the value as it is in the page; must not be changed
    void present(String part, JsonNode value);

    /// Called when a part is missing or incomplete. If something replaces it, [#present] is called after
    /// this.
    void missing(PartFailure failure);
}
