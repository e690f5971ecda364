package dev.structured.service.edge;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.aggregate.NotJsonException;
import dev.structured.service.aggregate.StrictJson;
import dev.structured.service.config.JsonMediaType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the body of a request as JSON: one object, by the rules of [StrictJson]. A problem names the place
/// of the mistake, and repeats nothing of the body.
final class JsonBody {
    private JsonBody() {}

    /// Returns the JSON object in the body of a request.
    ///
    /// @throws Refusal with 415 if `Content-Type` names no type of JSON, 400 if the body is no JSON object
    static JsonNode read(Headers headers, byte[] body) throws Refusal {
        boolean sent = body.length > 0 || UnreadBody.isAnnounced(headers);
        if (sent && !isJson(headers)) throw new Refusal(EdgeProblems.unsupportedMediaType());
        if (body.length == 0) throw bad("The request has no body; this route needs a JSON object.", null);
        JsonNode node = parse(body);
        if (!node.isObject()) throw bad("The body is JSON, but not an object.", null);
        return node;
    }

    /// Returns true if the head of a request says that its body is JSON, in a form that is read.
    static boolean isJson(Headers headers) {
        List<String> types = headers.values("Content-Type");
        MediaType type = types.size() == 1 ? MediaType.parse(types.getFirst()) : null;
        boolean json = type != null && JsonMediaType.isJson(type.name())
                && (type.charset() == null || type.charset().equals("utf-8"));
        return json && !headers.contains("Content-Encoding");
    }

    private static JsonNode parse(byte[] body) throws Refusal {
        try {
            return StrictJson.read(body);
        } catch (NotJsonException e) {
            throw bad("The body " + e.why() + ".", e.place());
        }
    }

    private static Refusal bad(String why, @Nullable JsonLocation place) {
        ProblemDetails problem = ProblemDetails
                .named("bad-body", "The request's body cannot be read", 400, why);
        if (place == null || place.getLineNr() < 1) return new Refusal(problem);
        return new Refusal(problem.with("line", place.getLineNr()).with("column", place.getColumnNr()));
    }
}
