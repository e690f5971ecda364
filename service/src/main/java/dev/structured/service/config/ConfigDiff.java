package dev.structured.service.config;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is different between two configurations, for people: one line for each thing that was added (`+`), removed (`-`)
/// or changed (`~`). Secrets are not in it.
public final class ConfigDiff {
    private static final String HIDDEN = "***";

    private final List<String> lines = new ArrayList<>();

    private ConfigDiff() {}

    /// Returns the differences, in the order of the new file; none when both do the same.
    public static List<String> between(ServiceConfig before, ServiceConfig after) {
        ConfigDiff diff = new ConfigDiff();
        diff.record("server", before.server(), after.server());
        diff.named("downstream ", before.downstreams(), after.downstreams());
        diff.named("route ", byName(before), byName(after));
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

    private void named(String place, Map<?, ?> before, Map<?, ?> after) {
        Set<Object> names = new LinkedHashSet<>(before.keySet());
        names.removeAll(after.keySet());
        names.forEach(name -> lines.add("- " + place + name));
        after.forEach((name, value) -> {
            if (!before.containsKey(name)) {
                lines.add("+ " + place + name);
            } else {
                value(place + name, before.get(name), value);
            }
        });
    }

    private void record(String place, Record before, Record after) {
        Map<String, @Nullable Object> old = keys(before);
        keys(after).forEach((key, value) -> value(place + " " + key, old.get(key), value));
    }

    private void value(String place, @Nullable Object before, @Nullable Object after) {
        if (Objects.equals(before, after)) return;
        if (before instanceof Record from && after instanceof Record to && from.getClass() == to.getClass()
                && isSection(from)) {
            record(place, from, to);
        } else if (before instanceof Map<?, ?> from && after instanceof Map<?, ?> to) {
            named(place + " ", from, to);
        } else {
            String change = text(before) + " → " + text(after);
            lines.add("~ " + place + (change.equals(HIDDEN + " → " + HIDDEN) ? "" : ": " + change));
        }
    }

    private static boolean isSection(Record record) {
        return record.getClass().getRecordComponents().length > 0
                && !Rules.isText(record.getClass())
                && Binder.keys(record.getClass()).length > 0;
    }

    private static Map<String, @Nullable Object> keys(Record record) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        RecordComponent[] components = record.getClass().getRecordComponents();
        List<Slot> slots = Slot.of(record.getClass());
        try {
            for (int i = 0; i < components.length; i++) {
                if (slots.get(i).key() != null)
                    values.put(slots.get(i).name(), components[i].getAccessor().invoke(record));
            }
            return values;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The record " + record.getClass() + " cannot be read", e);
        }
    }

    private static String section(Record section) {
        List<String> keys = new ArrayList<>();
        keys(section).forEach((key, value) -> keys.add(key + ": " + text(value)));
        return "{" + String.join(", ", keys) + "}";
    }

    /// Only what cannot hold a secret is shown; of anything else, that it has changed.
    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "none";
            case Duration time -> time.toMillis() + "ms";
            case Enum<?> constant -> Rules.written(constant);
            case Share share -> share.percent() + "%";
            case BudgetRule.Fixed(Duration time) -> text(time);
            case BudgetRule.OfDeadline(Share share) -> text(share);
            case BudgetRule.RemainingMinus(Duration reserve) -> "remaining - " + text(reserve);
            case HedgeDelay.After(Duration time) -> text(time);
            case HedgeDelay.Percentile(double percentile) -> "p" + percentile;
            case Integer number -> number.toString();
            case Boolean flag -> flag.toString();
            case RoutePath path -> path.text();
            case Variable variable -> variable.text();
            case Collection<?> all -> all.stream().map(ConfigDiff::text).toList().toString();
            case Record section when isSection(section) -> section(section);
            default -> HIDDEN;
        };
    }
}
