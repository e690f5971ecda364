package dev.structured.service.edge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.structured.service.aggregate.SplicedJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Writes JSON trees as bytes, UTF-8.
final class JsonText {
    private static final ObjectMapper JSON = new ObjectMapper(
            JsonFactory.builder().recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool()).build())
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

    private static final int USUAL = 512;
    private static final int MOST_WASTED_BYTES = 64 * 1024;

    private JsonText() {}

    /// Bytes that can be read without a copy.
    private static final class Bytes extends ByteArrayOutputStream {
        /// @param tree what will be written
        Bytes(JsonNode tree) {
            super(USUAL + spliced(tree));
        }

        /// Returns the number of bytes that are copied into the fields of the tree.
        private static int spliced(JsonNode tree) {
            int length = 0;
            for (JsonNode field : tree) length += SplicedJson.length(field);
            return length;
        }

        /// Returns the bytes. For a large page they are copied, since the array may have grown to twice their
        /// number.
        ByteBuffer buffer() {
            boolean wasteful = buf.length - count > MOST_WASTED_BYTES;
            return wasteful ? ByteBuffer.wrap(toByteArray()) : ByteBuffer.wrap(buf, 0, count);
        }
    }

    /// Returns the bytes of `tree`.
    static ByteBuffer encoded(JsonNode tree) {
        Bytes out = new Bytes(tree);
        write(tree, out);
        return out.buffer();
    }

    /// Returns the bytes of `tree` between two pieces of text.
    static byte[] bytes(String before, JsonNode tree, String after) {
        Bytes out = new Bytes(tree);
        out.writeBytes(before.getBytes(StandardCharsets.UTF_8));
        write(tree, out);
        out.writeBytes(after.getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    private static void write(JsonNode tree, Bytes out) {
        try {
            JSON.writeValue(out, tree);
        } catch (IOException e) {
            throw new UncheckedIOException("A JSON tree could not be written as JSON", e);
        }
    }
}
