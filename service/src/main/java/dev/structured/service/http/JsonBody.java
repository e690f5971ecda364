package dev.structured.service.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MimeTypes;
import org.jspecify.annotations.Nullable;

/// The body of a request as JSON: one object, in UTF-8, within limits, no name twice. What is wrong with any other is
/// told by its place; nothing of it is repeated.
final class JsonBody {
    private static final int MAX_DEPTH = 100;
    private static final int MAX_NUMBER_LENGTH = 200;
    private static final int MAX_NAME_LENGTH = 1_000;

    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
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
            .build()
            .reader();

    private JsonBody() {}

    /// Returns the object that the body of a request is.
    ///
    /// @throws Refusal with 415 if the body is said to be something else, 400 if it is
    static JsonNode read(HttpFields headers, byte[] body) throws Refusal {
        if (body.length == 0) throw bad("The request has no body; this route needs a JSON object.", null);
        requireJson(headers);
        requireUtf8(body);
        JsonNode node = parse(body);
        if (!node.isObject()) throw bad("The body is JSON, but not an object.", null);
        return node;
    }

    private static void requireJson(HttpFields headers) throws Refusal {
        String type = headers.get(HttpHeader.CONTENT_TYPE);
        String charset = type == null ? null : MimeTypes.getCharsetFromContentType(type);
        boolean json = type != null
                && HttpField.stripParameters(type).strip().equalsIgnoreCase("application/json")
                && (charset == null || charset.toLowerCase(Locale.ROOT).equals("utf-8"));
        if (!json || headers.contains(HttpHeader.CONTENT_ENCODING)) {
            throw new Refusal(Problems.unsupportedMediaType());
        }
    }

    /// Jackson guesses UTF-16 and UTF-32 from zero bytes, and lets overlong forms and encoded surrogates through.
    private static void requireUtf8(byte[] body) throws Refusal {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
            if (text.charAt(0) == '\ufeff') throw bad("The body begins with a byte order mark.", null);
            for (int i = 0; i < Math.min(4, text.length()); i++) {
                if (text.charAt(i) == 0) throw bad("The body is not UTF-8.", null);
            }
        } catch (CharacterCodingException e) {
            throw bad("The body is not UTF-8.", null);
        }
    }

    private static JsonNode parse(byte[] body) throws Refusal {
        try (JsonParser parser = FACTORY.createParser(body)) {
            JsonNode node = READER.readTree(parser);
            if (node == null || node.isMissingNode()) throw bad("The body is blank.", null);
            if (parser.nextToken() == null) return node;
            throw bad("The body has something after its value.", parser.currentTokenLocation());
        } catch (JacksonException e) {
            throw bad(why(e), e.getLocation());
        } catch (IOException | RuntimeException e) { // NumberFormatException on an exponent beyond an int
            throw bad("The body has a number that cannot be read.", null);
        }
    }

    private static String why(JacksonException e) {
        return switch (e) {
            case StreamConstraintsException _ -> "The body is over a limit: " + MAX_DEPTH
                    + " levels, numbers of " + MAX_NUMBER_LENGTH + " characters, names of " + MAX_NAME_LENGTH
                    + ".";
            case MismatchedInputException _ -> "An object of the body has a field twice.";
            default -> "The body is not JSON.";
        };
    }

    private static Refusal bad(String why, @Nullable JsonLocation place) {
        Problem problem = Problem.named("bad-body", "The request's body cannot be read", 400, why);
        if (place == null || place.getLineNr() < 1) return new Refusal(problem);
        return new Refusal(problem.with("line", place.getLineNr()).with("column", place.getColumnNr()));
    }
}
