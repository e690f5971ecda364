package dev.structured.service.backend;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.structured.service.aggregate.BackendException;
import dev.structured.service.aggregate.ErrorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/// Reads a downstream's body as one JSON value (RFC 8259), or refuses it.
///
/// The rules: UTF-8 and nothing else, without a byte order mark; exactly one value; no key twice in an
/// object; no `NaN`, comments or single quotes; at most [#MAX_DEPTH] levels and [#MAX_NUMBER_LENGTH]
/// characters a number. An empty body is not JSON. Numbers with a fraction or an exponent keep their digits
/// (`10.50` stays `10.50`).
final class StrictJson {
    static final int MAX_DEPTH = 100;
    static final int MAX_NUMBER_LENGTH = 200;
    static final int MAX_NAME_LENGTH = 1_000;

    private static final ObjectReader READER = JsonMapper.builder(factory())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build()
            .reader();

    private StrictJson() {}

    private static JsonFactory factory() {
        return new JsonFactoryBuilder()
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNumberLength(MAX_NUMBER_LENGTH)
                        .maxNameLength(MAX_NAME_LENGTH)
                        .build())
                .build();
    }

    /// Returns the one value that the bytes hold; never a missing node.
    ///
    /// @throws BackendException of type `INVALID_JSON` if they are anything else
    static JsonNode read(byte[] body) throws BackendException {
        if (body.length == 0) throw invalid("the body is empty", null);
        refuseOtherEncodings(body);
        try {
            JsonNode node = READER.readTree(body);
            if (node.isMissingNode()) throw invalid("the body is blank", null);
            return node;
        } catch (IOException | RuntimeException e) { // NumberFormatException on an exponent beyond an int
            throw invalid(e.getMessage(), e);
        }
    }

    /*
     * Jackson guesses UTF-16 and UTF-32 from a byte order mark or from zero bytes; JSON text holds no zero
     * byte.
     */
    private static void refuseOtherEncodings(byte[] body) throws BackendException {
        for (int i = 0; i < Math.min(4, body.length); i++) {
            if (body[i] == 0) throw invalid("the body is not UTF-8", null);
        }
        if (!isAscii(body)) refuseBadUtf8(body);
    }

    private static boolean isAscii(byte[] body) {
        for (byte b : body) {
            if (b < 0) return false;
        }
        return true;
    }

    /* Jackson itself lets overlong forms and encoded surrogates through. */
    private static void refuseBadUtf8(byte[] body) throws BackendException {
        try {
            CharBuffer text = UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
            if (text.charAt(0) == '\ufeff') throw invalid("the body begins with a byte order mark", null);
        } catch (CharacterCodingException e) {
            throw invalid("the body is not UTF-8", e);
        }
    }

    static BackendException invalid(@Nullable String why, @Nullable Throwable cause) {
        return new BackendException(ErrorType.INVALID_JSON, "Invalid JSON: " + why, cause);
    }
}
