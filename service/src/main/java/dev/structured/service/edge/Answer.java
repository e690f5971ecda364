package dev.structured.service.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/// A whole answer before it is written: status, headers, and a JSON object as its body.
///
/// @param headers in the order in which they are sent; `Content-Type` is not among them
public record Answer(int status, String contentType, Map<String, String> headers, ObjectNode body) {
    /// Returns this answer with one header more.
    public Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, contentType, more, body);
    }

    /// Returns the body's bytes, UTF-8.
    public byte[] bytes() {
        return JsonText.bytes(body);
    }
}
