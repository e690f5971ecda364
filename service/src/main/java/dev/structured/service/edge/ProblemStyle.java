package dev.structured.service.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.structured.service.config.ProblemField;
import dev.structured.service.config.ProblemTextConfig;
import dev.structured.service.config.ProblemsConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/// The style of problems: the types, texts and further members that a configuration chooses. Immutable.
public final class ProblemStyle {
    /// The style without a configuration.
    static final ProblemStyle PLAIN = new ProblemStyle(ProblemsConfig.NONE);

    private static final ProblemTextConfig NO_TEXT = new ProblemTextConfig(null, null, null);
    /// The language of the service's own texts.
    private static final String OWN_LANGUAGE = "en";

    private final ProblemsConfig config;

    private ProblemStyle(ProblemsConfig config) {
        this.config = config;
    }

    static ProblemStyle of(ProblemsConfig config) {
        return config.equals(ProblemsConfig.NONE) ? PLAIN : new ProblemStyle(config);
    }

    /// Returns the answer with a problem as its body.
    ///
    /// @param requestId becomes the `instance`
    Answer answer(ProblemDetails problem, String requestId) {
        ProblemTextConfig text = this == PLAIN ? NO_TEXT : text(problem);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("type", type(problem, text));
        body.put("title", text.title() == null ? problem.title() : text.title());
        body.put("status", problem.status());
        body.put("detail", text.detail() == null ? problem.detail() : text.detail());
        body.put("instance", "urn:structured:request:" + requestId);
        ObjectNode passed = problem.passed();
        if (passed != null) body.setAll(passed);
        problem.extensions().forEach(body::putPOJO);
        config.fields().forEach((name, value) -> body.set(name, filled(value, problem, requestId)));
        return new Answer(problem.status(), ProblemDetails.MEDIA_TYPE, headers(text, passed), body);
    }

    private Map<String, String> headers(ProblemTextConfig text, @Nullable ObjectNode passed) {
        String language = config.language();
        if (language == null) return Map.of("Cache-Control", "no-store");
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Cache-Control", "no-store");
        // The language of a downstream's words is not known.
        boolean known = passed == null || !(passed.has("title") || passed.has("detail"));
        if (known)
            headers.put("Content-Language",
                    text.title() == null && text.detail() == null ? OWN_LANGUAGE : language);
        return headers;
    }

    private ProblemTextConfig text(ProblemDetails problem) {
        ProblemTextConfig named = config.texts().get(problem.name());
        if (named != null) return named;
        return config.texts().getOrDefault(String.valueOf(problem.status()), NO_TEXT);
    }

    private String type(ProblemDetails problem, ProblemTextConfig text) {
        if (text.type() != null) return text.type();
        return config.types() == null ? problem.type() : config.types() + problem.name();
    }

    private static JsonNode filled(JsonNode value, ProblemDetails problem, String requestId) {
        if (value.isTextual()) return filled(value.textValue(), problem, requestId);
        if (value instanceof ArrayNode list) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            list.forEach(element -> copy.add(filled(element, problem, requestId)));
            return copy;
        }
        if (value instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            object.forEachEntry((name, field) -> copy.set(name, filled(field, problem, requestId)));
            return copy;
        }
        return value;
    }

    private static TextNode filled(String text, ProblemDetails problem, String requestId) {
        return TextNode
                .valueOf(ProblemField.VARIABLE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(
                        found.group(1).equals("request.id") ? requestId : problem.name())));
    }
}
