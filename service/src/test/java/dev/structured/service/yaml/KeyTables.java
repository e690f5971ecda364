package dev.structured.service.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.AddressRange;
import dev.structured.service.config.BudgetRule;
import dev.structured.service.config.Condition;
import dev.structured.service.config.FieldPath;
import dev.structured.service.config.HeaderValue;
import dev.structured.service.config.HedgeDelay;
import dev.structured.service.config.HostPattern;
import dev.structured.service.config.JsonMediaType;
import dev.structured.service.config.JsonTemplate;
import dev.structured.service.config.KeyHash;
import dev.structured.service.config.LocationTemplate;
import dev.structured.service.config.PathTemplate;
import dev.structured.service.config.Percentage;
import dev.structured.service.config.QueryRules;
import dev.structured.service.config.RoutePath;
import dev.structured.service.config.Secret;
import dev.structured.service.config.StatusCode;
import dev.structured.service.config.TextTemplate;
import dev.structured.service.config.Variable;
import dev.structured.service.config.WebOrigin;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The keys of a section of configuration files, as a table for people: made of the records that read it.
public final class KeyTables {
    /// How values are called that are written as one text.
    private static final Map<Class<?>, String> CALLED = Map.ofEntries(
            Map.entry(RoutePath.class, "path with `{parameters}`"),
            Map.entry(PathTemplate.class, "path with [variables](#variables)"),
            Map.entry(LocationTemplate.class, "path or address with [variables](#variables)"),
            Map.entry(AddressRange.class, "addresses"),
            Map.entry(HostPattern.class, "host"),
            Map.entry(KeyHash.class, "hash of a key"),
            Map.entry(WebOrigin.class, "origin"),
            Map.entry(JsonMediaType.class, "media type of JSON"),
            Map.entry(TextTemplate.class, "text with [variables](#variables)"),
            Map.entry(JsonTemplate.class, "JSON with [variables](#variables)"),
            Map.entry(Variable.class, "one [variable](#variables)"),
            Map.entry(Condition.class, "[condition](#conditions)"),
            Map.entry(FieldPath.class, "field, such as `data.items`"),
            Map.entry(HeaderValue.class, "text"), Map.entry(Secret.class, "text"),
            Map.entry(URI.class, "URL"),
            Map.entry(Path.class, "path of a file"),
            Map.entry(BudgetRule.class, "[budget](#budgets)"),
            Map.entry(Percentage.class, "percentage"),
            Map.entry(HedgeDelay.class, "`p50` to `p99.9`, or a duration"),
            Map.entry(JsonNode.class, "any JSON"),
            Map.entry(QueryRules.class, "list of names, or name → text with [variables](#variables)"),
            Map.entry(String.class, "text"),
            Map.entry(boolean.class, "`true`, `false`"),
            Map.entry(Boolean.class, "`true`, `false`"));

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
        for (KeyedComponent component : KeyedComponent.keys(type)) {
            Key key = component.key();
            if (key == null) throw new IllegalStateException(component.name());
            String preset = key.preset().isEmpty() ? "" : "`" + key.preset() + "`";
            lines.add("| `" + component.name() + "` | " + value(component, key) + " | "
                    + (component.needed() ? "**needed**" : preset) + " | " + key.says().replace("|", "\\|")
                    + " |");
        }
        return lines;
    }

    private static String value(KeyedComponent component, Key key) {
        if (component.type() == Map.class) {
            String from = key.each().isEmpty() ? "name" : key.each();
            return from + " → "
                    + (key.names() == StatusCode.class ? "status" + range(key) : single(component, key))
                    + most(component, key);
        }
        if (component.type() != List.class) return single(component, key);
        String each = component.element() == String.class ? key.each() : single(component, key);
        String list = "list: " + each + most(component, key);
        return key.single() ? list + "; or one" : list;
    }

    private static String most(KeyedComponent component, Key key) {
        return component.element() == Integer.class || key.max().isEmpty() ? "" : ", at most " + key.max();
    }

    private static String single(KeyedComponent component, Key key) {
        Class<?> type = component.element();
        if (component.type() == Presets.class) return "keys of a " + section(type) + ": " + defaults(type);
        String called = CALLED.get(type);
        if (called != null) return called;
        if (component.values() instanceof ChoiceType<?> choice) return choices(choice);
        if (component.isSection()) return section(type);
        if (type == Duration.class) return "duration" + range(key);
        return (key.type() == SizeInBytes.class ? "size" : "whole number") + range(key);
    }

    private static String defaults(Class<?> type) {
        return KeyedComponent.keys(type.asSubclass(Record.class)).stream().filter(KeyedComponent::inDefaults)
                .map(key -> "`" + key.name() + "`").collect(Collectors.joining(", "));
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
