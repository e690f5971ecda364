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
/// @param bytes the body as it is sent, if a filter has encoded it already; null until then
public record Answer(int status, @Nullable String contentType, Map<String, String> headers,
        @Nullable ObjectNode body, @Nullable ByteBuffer bytes) {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /// Makes an answer whose body is not encoded yet.
    Answer(int status, @Nullable String contentType, Map<String, String> headers, @Nullable ObjectNode body) {
        this(status, contentType, headers, body, null);
    }

    /// Returns an answer that has neither body nor headers.
    static Answer withoutBody(int status) {
        return new Answer(status, null, Map.of(), null);
    }

    /// Returns this answer with one more header.
    public Answer with(String header, String value) {
        return with(Map.of(header, value));
    }

    /// Returns this answer with more headers.
    public Answer with(Map<String, String> more) {
        if (more.isEmpty()) return this;
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(more);
        return new Answer(status, contentType, all, body, bytes);
    }

    /// Returns this answer with other headers.
    Answer withOnly(Map<String, String> others) {
        return new Answer(status, contentType, others, body, bytes);
    }

    /// Returns this answer with another media type.
    Answer withType(String mediaType) {
        return new Answer(status, mediaType, headers, body, bytes);
    }

    /// Returns this answer with its body encoded, so that it is not encoded a second time.
    Answer encodedNow() {
        return bytes == null ? withBytes(encoded()) : this;
    }

    /// Returns this answer with another form of its body.
    Answer withBytes(ByteBuffer others) {
        return new Answer(status, contentType, headers, body, others);
    }

    /// Returns the bytes of the body, UTF-8 unless a filter has compressed them; empty without one.
    public ByteBuffer encoded() {
        if (bytes != null) return bytes.duplicate();
        return body == null ? NOTHING.duplicate() : JsonText.encoded(body);
    }
}
