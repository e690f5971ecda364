package dev.structured.service.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A whole answer before it is written: status, headers, and a JSON object as its body.
///
/// @param contentType null without a body
/// @param headers in the order in which they are sent; `Content-Type` is not among them
/// @param body null for none
public record Answer(int status, @Nullable String contentType, Map<String, String> headers,
        @Nullable ObjectNode body) {
    /// Returns an answer that has neither body nor headers.
    static Answer withoutBody(int status) {
        return new Answer(status, null, Map.of(), null);
    }

    /// Returns this answer with one header more.
    public Answer with(String header, String value) {
        return with(Map.of(header, value));
    }

    /// Returns this answer with more headers.
    Answer with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(more);
        return new Answer(status, contentType, all, body);
    }

    /// Returns the bytes of the body, UTF-8; empty without one.
    public ByteBuffer encoded() {
        return body == null ? ByteBuffer.allocate(0) : JsonText.encoded(body);
    }
}
