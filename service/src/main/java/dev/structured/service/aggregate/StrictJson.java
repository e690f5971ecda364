package dev.structured.service.aggregate;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.structured.service.config.JsonNumbers;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;

/// Reads the bodies of clients and downstreams as one JSON value (RFC 8259), and refuses everything else.
///
/// The rules: UTF-8 without a byte order mark; exactly one value; no key twice in an object; no `NaN`,
/// comments or single quotes; at most [#MAX_DEPTH] levels, [#MAX_NUMBER_LENGTH] characters in a number and
/// [#MAX_NAME_LENGTH] in a key. An empty body is not JSON. Numbers with a fraction keep their digits (`10.50`
/// stays `10.50`, `-0.0` stays `-0.0`), and none is written with an exponent (`1E-7` becomes `0.0000001`); an
/// exponent beyond those of a `double` is refused.
public final class StrictJson {
    /// The limit of the nesting of lists and objects.
    public static final int MAX_DEPTH = 100;
    /// The limit of the length of a number, in characters.
    public static final int MAX_NUMBER_LENGTH = 200;
    /// The limit of the length of a key, in characters.
    public static final int MAX_NAME_LENGTH = 1_000;

    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            // Jackson keeps its buffers by thread otherwise, and each part has a new thread.
            .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxNameLength(MAX_NAME_LENGTH)
                    .build())
            .build();
    private static final ObjectReader READER = JsonMapper.builder(FACTORY)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .nodeFactory(JsonNumbers.FACTORY)
            .build()
            .reader();

    private StrictJson() {}

    /// Returns the value that the bytes contain; never a missing node.
    ///
    /// @throws NotJsonException if the bytes are not one JSON value by the rules above
    public static JsonNode read(byte[] bytes) throws NotJsonException {
        if (bytes.length == 0) throw new NotJsonException("is empty", null, null);
        refuseOtherEncodings(bytes);
        try (JsonParser parser = parser(bytes)) {
            JsonNode node = READER.readTree(parser);
            if (node == null || node.isMissingNode()) throw new NotJsonException("is blank", null, null);
            if (parser.nextToken() == null) return node;
            throw new NotJsonException("has something after its value", parser.currentTokenLocation(), null);
        } catch (JacksonException e) {
            throw new NotJsonException(why(e), e.getLocation(), e);
        } catch (IOException | RuntimeException e) { // an exponent that is too large
            throw new NotJsonException("has a number that cannot be read", null, e);
        }
    }

    /// Returns true if the bytes are one object or list by these rules. If not, [#read] says why.
    static boolean isJson(byte[] bytes) {
        try {
            refuseOtherEncodings(bytes);
            try (JsonParser parser = FACTORY.createParser(bytes)) {
                OpenNames names = new OpenNames();
                do {
                    switch (parser.nextToken()) {
                        case START_OBJECT, START_ARRAY -> names.open();
                        case END_OBJECT, END_ARRAY -> names.close();
                        case FIELD_NAME -> {
                            if (!names.add(parser.currentName())) return false;
                        }
                        case null -> {
                            return false;
                        }
                        default -> {
                        }
                    }
                } while (names.depth() > 0);
                return parser.nextToken() == null;
            }
        } catch (IOException | NotJsonException e) {
            return false;
        }
    }

    /// Returns a parser that keeps the sign of `-0.0`; the plain parser if no such number can be there.
    private static JsonParser parser(byte[] bytes) throws IOException {
        JsonParser plain = FACTORY.createParser(bytes);
        return mayHaveNegativeZero(bytes) ? new SignedZeros(plain) : plain;
    }

    private static boolean mayHaveNegativeZero(byte[] bytes) {
        for (int i = 0; i < bytes.length - 1; i++) {
            if (bytes[i] == '-' && bytes[i + 1] == '0') return true;
        }
        return false;
    }

    private static final class SignedZeros extends JsonParserDelegate {
        SignedZeros(JsonParser plain) {
            super(plain);
        }

        @Override
        public BigDecimal getDecimalValue() throws IOException {
            BigDecimal value = delegate.getDecimalValue();
            return value.signum() == 0 && getText().startsWith("-") ? JsonNumbers.negative(value) : value;
        }
    }

    private static String why(JacksonException e) {
        return switch (e) {
            case StreamConstraintsException _ -> "is over a limit: " + MAX_DEPTH + " levels, numbers of "
                    + MAX_NUMBER_LENGTH + " characters, keys of " + MAX_NAME_LENGTH;
            case MismatchedInputException _ -> "has an object with a key twice";
            default -> "is not JSON";
        };
    }

    /// Refuses other encodings, which Jackson recognizes by a byte order mark or by zero bytes. UTF-8 encoded
    /// JSON has no zero bytes.
    private static void refuseOtherEncodings(byte[] bytes) throws NotJsonException {
        for (int i = 0; i < Math.min(4, bytes.length); i++) {
            if (bytes[i] == 0) throw new NotJsonException("is not UTF-8", null, null);
        }
        if (!isAscii(bytes)) refuseBadUtf8(bytes);
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) return false;
        }
        return true;
    }

    /// Refuses malformed UTF-8, because Jackson accepts overlong forms and encoded surrogates.
    private static void refuseBadUtf8(byte[] bytes) throws NotJsonException {
        try {
            CharBuffer text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            if (text.charAt(0) == '\ufeff')
                throw new NotJsonException("begins with a byte order mark", null, null);
        } catch (CharacterCodingException e) {
            throw new NotJsonException("is not UTF-8", null, e);
        }
    }
}
