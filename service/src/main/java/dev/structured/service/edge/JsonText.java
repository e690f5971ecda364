package dev.structured.service.edge;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Writes JSON trees as bytes, UTF-8.
final class JsonText {
    private static final ObjectMapper JSON = new ObjectMapper()
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

    private JsonText() {}

    static byte[] bytes(JsonNode tree) {
        return bytes("", tree, "");
    }

    /// Returns `tree` between two pieces of text.
    static byte[] bytes(String before, JsonNode tree, String after) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try {
            out.writeBytes(before.getBytes(StandardCharsets.UTF_8));
            JSON.writeValue(out, tree);
            out.writeBytes(after.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("A JSON tree could not be written as JSON", e);
        }
        return out.toByteArray();
    }
}
