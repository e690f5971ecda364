package dev.structured.service.check;

import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.KeyedComponent;
import dev.structured.service.yaml.ValueType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The differences between two configurations, for people: one line for each thing that was added (`+`),
/// removed (`-`) or changed (`~`). It shows no secrets.
public final class ConfigDiff {
    private final List<String> lines = new ArrayList<>();

    private ConfigDiff() {}

    /// Returns the differences, in the order of the new file; none if both do the same.
    public static List<String> between(ServiceConfig before, ServiceConfig after) {
        ConfigDiff diff = new ConfigDiff();
        diff.record("server", before.server(), after.server());
        diff.record("admin", before.admin(), after.admin());
        diff.record("edge", before.edge(), after.edge());
        diff.record("problems", before.problems(), after.problems());
        diff.named("client ", null, before.clients(), after.clients());
        diff.named("issuer ", null, before.issuers(), after.issuers());
        diff.named("downstream ", null, before.downstreams(), after.downstreams());
        diff.named("route ", null, byName(before), byName(after));
        if (diff.lines.isEmpty() && !order(before).equals(order(after)))
            diff.lines.add("~ the order of the routes");
        return List.copyOf(diff.lines);
    }

    private static Map<String, RouteConfig> byName(ServiceConfig config) {
        Map<String, RouteConfig> routes = new LinkedHashMap<>();
        config.routes().forEach(route -> routes.put(route.name(), route));
        return routes;
    }

    private static List<String> order(ServiceConfig config) {
        return config.routes().stream().map(RouteConfig::name).toList();
    }

    private void named(String place, @Nullable KeyedComponent component, Map<?, ?> before, Map<?, ?> after) {
        Set<Object> names = new LinkedHashSet<>(before.keySet());
        names.removeAll(after.keySet());
        names.forEach(name -> lines.add("- " + place + name));
        after.forEach((name, value) -> {
            if (!before.containsKey(name)) {
                lines.add("+ " + place + name);
            } else {
                value(place + name, component, before.get(name), value);
            }
        });
    }

    private void record(String place, Record before, Record after) {
        Map<String, Keyed> old = keyed(before);
        Map<String, Keyed> now = keyed(after);
        Set<String> keys = new LinkedHashSet<>(now.keySet());
        keys.addAll(old.keySet());
        for (String key : keys) {
            Keyed from = old.get(key);
            Keyed to = now.get(key);
            KeyedComponent component = Objects.requireNonNull(to == null ? from : to).component();
            value(place + " " + key, component, from == null ? null : from.value(), to == null
                    ? null
                    : to.value());
        }
    }

    /// A key of a record, and its value.
    private record Keyed(KeyedComponent component, @Nullable Object value) {}

    private static Map<String, Keyed> keyed(Record record) {
        Map<String, Keyed> keyed = new LinkedHashMap<>();
        KeyedComponent.forEach(record, (component, value) -> keyed.put(component.name(), new Keyed(
                component, value)));
        return keyed;
    }

    private void value(String place, @Nullable KeyedComponent component, @Nullable Object before,
            @Nullable Object after) {
        if (Objects.equals(before, after)) return;
        if (before instanceof Record from && after instanceof Record to
                && (component == null || component.isSection())) {
            record(place, from, to);
        } else if (before instanceof Map<?, ?> from && after instanceof Map<?, ?> to) {
            named(place + " ", component, from, to);
        } else {
            String change = text(component, before) + " → " + text(component, after);
            lines.add("~ " + place
                    + (change.equals(ValueType.HIDDEN + " → " + ValueType.HIDDEN) ? "" : ": " + change));
        }
    }

    private static String section(Record section) {
        List<String> keys = new ArrayList<>();
        KeyedComponent.forEach(section, (component, value) -> keys.add(component.name() + ": " + text(
                component, value)));
        return "{" + String.join(", ", keys) + "}";
    }

    /// Only values that cannot be secrets are shown; of others, only the fact that they have changed.
    private static String text(@Nullable KeyedComponent component, @Nullable Object value) {
        return switch (value) {
            case null -> "none";
            case Collection<?> all -> all.stream().map(element -> text(component,
                    element)).toList().toString();
            case Record record when component == null || component.isSection() -> section(record);
            default -> component == null || component.values() == null || value instanceof Map
                    ? ValueType.HIDDEN
                    : print(component.values(), value);
        };
    }

    @SuppressWarnings("unchecked")
    private static <T> String print(ValueType<T> type, Object value) {
        return type.print((T) value);
    }
}
