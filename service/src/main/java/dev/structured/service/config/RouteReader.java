package dev.structured.service.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// Reads one element of `routes:`.
final class RouteReader {
    private static final Duration LONGEST_DEADLINE = Duration.ofMinutes(10);
    private static final int MOST_PARTS = 100;
    private static final int MOST_NAMES = 100;
    private static final int LONGEST_NAME = 64;

    private final Section section;
    private final Collection<String> downstreams;

    private RouteReader(Value value, Collection<String> downstreams) {
        this.section = new Section(named(value), "path", "deadline", "query", "parts");
        this.downstreams = downstreams;
    }

    /// A route, and its path for comparing it with others.
    ///
    /// @param path null when it is missing or cannot be read (reported)
    record Read(RouteConfig config, @Nullable RoutePath path, Value place) {}

    static Read read(Value value, Collection<String> downstreams) {
        return new RouteReader(value, downstreams).read();
    }

    private Read read() {
        Value place = section.need("path", "add e.g. 'path: /products/{id}'");
        section.need("deadline", "add e.g. 'deadline: 800ms', the longest time that a request may take");
        RoutePath path = place == null ? null : place.read(Rule.text(RoutePath::parse));
        Duration deadline = section.read("deadline", Rule.duration(Duration.ofMillis(1), LONGEST_DEADLINE),
                LONGEST_DEADLINE);
        List<PartConfig> parts = parts(path, deadline);
        String text = path == null ? "" : path.text();
        return new Read(new RouteConfig(text, deadline, parts), path,
                place == null ? section.value() : place);
    }

    private List<PartConfig> parts(@Nullable RoutePath path, Duration deadline) {
        Value value = section.need("parts", "add the parts of the page, each with a 'from' and a 'path'");
        if (value == null) return List.of();
        Map<String, Value> named = value.named("part", " of " + section.name(), MOST_PARTS);
        PartReader reader = new PartReader(path, deadline, names(section.find("query")), downstreams,
                named.keySet());
        List<PartConfig> parts = new ArrayList<>();
        named.forEach((name, part) -> parts.add(reader.read(name, part)));
        new NeedsCheck(parts, named).check();
        return parts;
    }

    /// Reads a list of names of query parameters.
    static List<String> names(@Nullable Value value) {
        if (value == null) return List.of();
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Value element : value.list("name", 0, MOST_NAMES)) {
            String name = element.read(Rule.text(RouteReader::queryName));
            if (name == null) continue;
            if (!seen.add(name)) element.report("is '" + name + "' a second time; remove it");
            names.add(name);
        }
        return names;
    }

    private static String queryName(String name) throws Rejected {
        boolean legal = name.length() <= LONGEST_NAME
                && name.chars().allMatch(c -> c > ' ' && c < 0x7f && "&=#%+".indexOf(c) < 0);
        if (legal) return name;
        throw new Rejected("must be the plain name of a query parameter, at most " + LONGEST_NAME
                + " characters without spaces and '&', '=', '#', '%', '+'; it is '" + name + "'");
    }

    /// Returns the value under the name that users know it by: the route's path, where that can be read.
    private static Value named(Value value) {
        Value.Entry path = value.peek("path");
        if (path == null || !(path.value() instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
            return value;
        }
        return new Value("route '" + scalar.getValue() + "'", value.node(), value.problems());
    }
}
