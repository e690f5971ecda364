package dev.structured.service.commands;

import dev.structured.service.config.ItemConfig;
import dev.structured.service.config.ParamConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ShapedSegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Explains the parameters of a route that have a rule.
final class ParamText {
    private ParamText() {}

    /// Returns the lines; none if any text will do for every parameter.
    static List<String> of(RouteConfig route) {
        Map<String, ParamConfig> rules = new LinkedHashMap<>();
        for (String name : route.pattern().parameters()) {
            if (route.params().containsKey(name) || route.pattern().shaped(name) != null) {
                rules.put(name, route.pathParam(name));
            }
        }
        route.params().forEach(rules::putIfAbsent);
        if (rules.isEmpty()) return List.of();
        Table table = new Table("parameter", "in the", "is");
        rules.forEach((name, rule) -> {
            boolean inPath = route.pattern().parameters().contains(name);
            table.row(name, inPath ? "path" : "query", text(rule, inPath, route.pattern().shaped(name)));
        });
        List<String> lines = new ArrayList<>(List.of("", "Takes"));
        lines.addAll(table.text("  ").lines().toList());
        return lines;
    }

    private static String text(ParamConfig rule, boolean inPath, @Nullable ShapedSegment shaped) {
        List<String> words = new ArrayList<>();
        if (rule.type() == ParamConfig.Type.ARRAY) {
            ItemConfig items = rule.items();
            words.add("up to " + Words.counted(rule.mostValues(), "value")
                    + (items == null ? "" : ", each " + text(items.rule(), true, null)));
            if (rule.min() != null) words.add("at least " + rule.min());
        } else {
            words.add(rule.type().label());
            range(rule, words);
        }
        if (shaped != null && shaped.type() == ParamConfig.Type.STRING && shaped.pattern() != null) {
            words.add("of the form " + shaped.pattern());
        }
        if (!rule.oneOf().isEmpty()) words.add("one of " + String.join(", ", rule.oneOf()));
        if (rule.required()) words.add("required");
        if (rule.preset() != null) words.add("else " + rule.preset());
        else if (!inPath && !rule.required()) words.add("may be absent");
        return String.join(", ", words);
    }

    private static void range(ParamConfig rule, List<String> words) {
        String unit = rule.type() == ParamConfig.Type.STRING ? " characters" : "";
        if (rule.min() != null) words.add("at least " + rule.min() + unit);
        if (rule.max() != null) words.add("at most " + rule.max() + unit);
    }
}
