package dev.structured.service.edge;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.aggregate.NotJsonException;
import dev.structured.service.aggregate.StrictJson;
import java.util.Locale;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MimeTypes;
import org.jspecify.annotations.Nullable;

/// The body of a request as JSON: one object, by the rules of [StrictJson]. What is wrong with any other is
/// told by its place; nothing of it is repeated.
public final class JsonBody {
    private JsonBody() {}

    /// Returns the object that the body of a request is.
    ///
    /// @throws Refusal with 415 if the body is said to be something else, 400 if it is
    public static JsonNode read(HttpFields headers, byte[] body) throws Refusal {
        if (body.length == 0) throw bad("The request has no body; this route needs a JSON object.", null);
        requireJson(headers);
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

    private static JsonNode parse(byte[] body) throws Refusal {
        try {
            return StrictJson.read(body);
        } catch (NotJsonException e) {
            throw bad("The body " + e.why() + ".", e.place());
        }
    }

    private static Refusal bad(String why, @Nullable JsonLocation place) {
        Problem problem = Problem.named("bad-body", "The request's body cannot be read", 400, why);
        if (place == null || place.getLineNr() < 1) return new Refusal(problem);
        return new Refusal(problem.with("line", place.getLineNr()).with("column", place.getColumnNr()));
    }
}
