package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.config.ProblemField;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Selects the members of a downstream's problem (RFC 9457) that a client gets. They come from outside, so
/// they are bounded, and cannot replace the service's own members.
///
/// It keeps `type`, `title` and `detail` of the right form and up to 20 further members, but not `status`,
/// `instance` and the service's own members. Control characters become spaces.
final class PassedProblem {
    private static final int MOST_MEMBERS = 20;
    private static final int MOST_ELEMENTS = 50;
    private static final int DEEPEST = 4;
    private static final int LONGEST = 1_000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,63}");
    private static final Set<String> SCHEMES = Set.of("http", "https", "urn", "tag");
    private static final Set<String> TEXTS = Set.of("type", "title", "detail");

    private PassedProblem() {}

    /// Returns the members that the client gets; null if there are none.
    ///
    /// @param body the body of the downstream's answer; a missing node for none
    static @Nullable ObjectNode of(JsonNode body) {
        if (!(body instanceof ObjectNode problem)) return null;
        ObjectNode kept = JsonNodeFactory.instance.objectNode();
        for (String name : TEXTS) {
            JsonNode value = problem.get(name);
            if (value == null || !value.isTextual() || value.textValue().isBlank()) continue;
            if (!name.equals("type") || isKind(value.textValue())) kept.put(name, clean(value.textValue()));
        }
        int most = kept.size() + MOST_MEMBERS;
        for (Map.Entry<String, JsonNode> member : problem.properties()) {
            if (kept.size() == most) break;
            if (isFree(member.getKey())) kept.set(member.getKey(), clean(member.getValue(), 1));
        }
        return kept.isEmpty() ? null : kept;
    }

    private static boolean isFree(String name) {
        return NAME.matcher(name).matches() && !ProblemField.STANDARD.contains(name)
                && !ProblemField.OWN.contains(name);
    }

    /// Returns true for an absolute URI that names a kind of problem. `about:blank` names none.
    private static boolean isKind(String text) {
        try {
            String scheme = new URI(text).getScheme();
            return text.length() <= LONGEST && scheme != null
                    && SCHEMES.contains(scheme.toLowerCase(Locale.ROOT));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static JsonNode clean(JsonNode value, int depth) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        if (value.isTextual()) return json.textNode(clean(value.textValue()));
        if (!value.isContainerNode()) return value;
        if (depth == DEEPEST) return json.nullNode();
        if (value instanceof ArrayNode list) {
            ArrayNode kept = json.arrayNode();
            for (JsonNode element : list) {
                if (kept.size() < MOST_ELEMENTS) kept.add(clean(element, depth + 1));
            }
            return kept;
        }
        ObjectNode kept = json.objectNode();
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            if (kept.size() < MOST_ELEMENTS)
                kept.set(clean(field.getKey()), clean(field.getValue(), depth + 1));
        }
        return kept;
    }

    private static String clean(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints().limit(LONGEST)
                .forEach(c -> clean.appendCodePoint(Character.isISOControl(c) || isFormat(c) ? ' ' : c));
        return clean.toString();
    }

    /// Returns true for characters that change the display of others, such as those that reverse their
    /// direction.
    private static boolean isFormat(int c) {
        return Character.getType(c) == Character.FORMAT || Character.getType(c) == Character.SURROGATE;
    }
}
