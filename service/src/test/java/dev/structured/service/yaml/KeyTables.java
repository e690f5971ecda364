package dev.structured.service.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.BudgetRule;
import dev.structured.service.config.Condition;
import dev.structured.service.config.FieldPath;
import dev.structured.service.config.HeaderValue;
import dev.structured.service.config.HedgeDelay;
import dev.structured.service.config.JsonTemplate;
import dev.structured.service.config.PathTemplate;
import dev.structured.service.config.QueryRules;
import dev.structured.service.config.RoutePath;
import dev.structured.service.config.Share;
import dev.structured.service.config.StatusCode;
import dev.structured.service.config.TextTemplate;
import dev.structured.service.config.Variable;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The keys of a section of route files, as a table for people: made of the records that read it.
public final class KeyTables {
    /// How values are called that are written as one text.
    private static final Map<Class<?>, String> CALLED = Map.ofEntries(
            Map.entry(RoutePath.class, "path with `{parameters}`"),
            Map.entry(PathTemplate.class, "path with [variables](#variables)"),
            Map.entry(TextTemplate.class, "text with [variables](#variables)"),
            Map.entry(JsonTemplate.class, "JSON with [variables](#variables)"),
            Map.entry(Variable.class, "one [variable](#variables)"),
            Map.entry(Condition.class, "[condition](#conditions)"),
            Map.entry(FieldPath.class, "field, such as `data.items`"),
            Map.entry(HeaderValue.class, "text"),
            Map.entry(URI.class, "URL"),
            Map.entry(BudgetRule.class, "[budget](#budgets)"),
            Map.entry(Share.class, "percentage"),
            Map.entry(HedgeDelay.class, "`p50` to `p99.9`, or a duration"),
            Map.entry(JsonNode.class, "any JSON"),
            Map.entry(QueryRules.class, "list of names, or name → text with [variables](#variables)"),
            Map.entry(String.class, "text"),
            Map.entry(boolean.class, "`true`, `false`"));

    private KeyTables() {}

    /// Returns the names of all records that a file is read into.
    public static List<String> names() {
        return KeysTest.records().stream().map(Class::getSimpleName).toList();
    }

    /// Returns the lines of the table of a record's keys.
    ///
    /// @param name of the record
    public static List<String> of(String name) {
        Class<? extends Record> type = KeysTest.records().stream()
                .filter(each -> each.getSimpleName().equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError("No record '" + name + "' in " + names()));
        List<String> lines = new ArrayList<>();
        lines.add("| key | value | default | meaning |");
        lines.add("|---|---|---|---|");
        for (Slot slot : Slot.keys(type)) {
            Key key = slot.key();
            if (key == null) throw new IllegalStateException(slot.name());
            String preset = key.preset().isEmpty() ? "" : "`" + key.preset() + "`";
            lines.add("| `" + slot.name() + "` | " + value(slot, key) + " | "
                    + (slot.needed() ? "**needed**" : preset) + " | " + key.says().replace("|", "\\|")
                    + " |");
        }
        return lines;
    }

    private static String value(Slot slot, Key key) {
        if (slot.type() == Map.class) {
            String from = key.each().isEmpty() ? "name" : key.each();
            return from + " → "
                    + (key.names() == StatusCode.class ? "status" + range(key) : single(slot, key))
                    + most(slot, key);
        }
        if (slot.type() != List.class) return single(slot, key);
        String each = slot.element() == String.class ? key.each() : single(slot, key);
        String list = "list: " + each + most(slot, key);
        return key.single() ? list + "; or one" : list;
    }

    private static String most(Slot slot, Key key) {
        return slot.element() == Integer.class || key.max().isEmpty() ? "" : ", at most " + key.max();
    }

    private static String single(Slot slot, Key key) {
        Class<?> type = slot.element();
        String called = CALLED.get(type);
        if (called != null) return called;
        if (slot.values() instanceof ChoiceType<?> choice) return choices(choice);
        if (slot.isSection()) return section(type);
        if (type == Duration.class) return "duration" + range(key);
        return (key.type() == SizeInBytes.class ? "size" : "whole number") + range(key);
    }

    private static String range(Key key) {
        return key.min().isEmpty() ? "" : ", " + key.min() + " to " + key.max();
    }

    private static String choices(ChoiceType<?> type) {
        return type.words().stream().map(word -> "`" + word + "`").collect(Collectors.joining(", "));
    }

    private static String section(Class<?> type) {
        String name = type.getSimpleName().replace("Config", "").replaceAll("(?<=[a-z])(?=[A-Z])", "-")
                .toLowerCase(Locale.ROOT);
        return "[" + name.replace('-', ' ') + "](#" + name + ")";
    }
}
