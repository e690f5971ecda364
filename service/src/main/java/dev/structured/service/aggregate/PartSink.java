package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;

/// Gets the parts of a page as they come in, for a client that wants them so.
///
/// Called by the tasks of parts, by several at once. May block, and be cancelled: **checkpoint**.
public interface PartSink {
    /// Wants nothing.
    PartSink NONE = new PartSink() {
        @Override
        public void present(String part, JsonNode value) {}

        @Override
        public void missing(PartFailure failure) {}
    };

    /// A part is there, as it is in the page; its value must not be changed.
    void present(String part, JsonNode value);

    /// A part is missing. What stands in for it comes by [#present], after this.
    void missing(PartFailure failure);
}
