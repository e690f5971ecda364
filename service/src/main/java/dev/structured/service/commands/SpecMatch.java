package dev.structured.service.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.HeaderField;
import dev.structured.service.aggregate.Passage;
import dev.structured.service.aggregate.Validators;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Decides whether an entry of a spec matches a call.
final class SpecMatch {
    private SpecMatch() {}

    static boolean fits(@Nullable SpecWhen when, Call call) {
        if (when == null) return true;
        int mark = call.path().indexOf('?');
        String path = mark < 0 ? call.path() : call.path().substring(0, mark);
        String query = mark < 0 ? "" : call.path().substring(mark + 1);
        return (when.method() == null || when.method().name().equals(call.methodName()))
                && (when.path() == null || pathFits(when.path(), path))
                && queryFits(when.query(), query)
                && when.headers().entrySet().stream()
                        .allMatch(header -> header.getValue().asText()
                                .equals(header(header.getKey(), call)))
                && bodyFits(when.body(), call.body());
    }

    private static @Nullable String header(String name, Call call) {
        Passage passage = call.passage();
        if (passage == null) return name.startsWith("if-") ? condition(name, call) : call.headers().get(name);
        return passage.fields().stream().filter(each -> each.name().equalsIgnoreCase(name))
                .map(HeaderField::value)
                .findFirst().orElse(null);
    }

    /// Returns the value of a condition, which a cache may have set.
    private static @Nullable String condition(String name, Call call) {
        Validators kept = call.validators();
        if (kept != null && name.equals("if-none-match")) return kept.etag();
        if (kept != null && name.equals("if-modified-since")) return kept.lastModified();
        return call.headers().get(name);
    }

    private static boolean pathFits(String wanted, String path) {
        String[] pattern = wanted.split("/", -1);
        String[] segments = path.split("/", -1);
        if (pattern.length != segments.length) return false;
        for (int i = 0; i < pattern.length; i++) {
            boolean any = pattern[i].startsWith("{") && pattern[i].endsWith("}");
            if (!any && !pattern[i].equals(segments[i])) return false;
        }
        return true;
    }

    private static boolean queryFits(Map<String, JsonNode> wanted, String query) {
        Map<String, List<String>> sent = new HashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            sent.computeIfAbsent(decoded(name), _ -> new ArrayList<>())
                    .add(equals < 0 ? "" : decoded(pair.substring(equals + 1)));
        }
        return wanted.entrySet().stream()
                .allMatch(each -> texts(each.getValue()).equals(sent.getOrDefault(each.getKey(), List.of())));
    }

    /// Returns a value, or all values of a list, as text.
    static List<String> texts(JsonNode value) {
        if (!value.isArray()) return value.isNull() ? List.of() : List.of(value.asText());
        List<String> texts = new ArrayList<>();
        value.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static boolean bodyFits(@Nullable JsonNode wanted, @Nullable JsonNode body) {
        return wanted == null
                || JsonDifference.contained(wanted, body == null ? MissingNode.getInstance() : body) == null;
    }
}
