package dev.structured.service.config;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the parts of one route.
///
/// @param route the route's path; null when it is missing or cannot be read: then its parameters are not
///     known
/// @param deadline the route's deadline
/// @param query the names of query parameters that every part of the route passes on, unless it says
///     otherwise
/// @param downstreams the names of all downstreams
/// @param parts the names of all parts of the route
record PartReader(@Nullable RoutePath route, Duration deadline, List<String> query,
        Collection<String> downstreams,
        Collection<String> parts) {
    private static final PathTemplate NO_PATH = new PathTemplate("/", List.of());

    PartConfig read(String name, Value value) {
        if (name.equals(RouteConfig.MISSING)) {
            value.report("has a reserved name: the page's field '" + RouteConfig.MISSING
                    + "' says which parts are missing; choose another");
        }
        Section section = new Section(value, "from", "path", "query", "required", "budget");
        section.need("from", "add 'from: NAME', the downstream that is asked");
        section.need("path", "add e.g. 'path: /products/${id}', what the downstream is asked for");
        Value ownQuery = section.find("query");
        return new PartConfig(name,
                section.read("from", Rule.oneOf("downstream", downstreams), ""),
                section.read("path", Rule.text(this::path), NO_PATH),
                ownQuery == null ? query : RouteReader.names(ownQuery),
                required(section.find("required")),
                budget(section.find("budget")));
    }

    /// Returns whether the part is required. Taken for required when that cannot be read, so that those that
    /// need it are not blamed.
    private static boolean required(@Nullable Value value) {
        if (value == null) return false;
        Boolean required = value.read(Rule.flag());
        return required == null || required;
    }

    private @Nullable Duration budget(@Nullable Value value) {
        if (value == null) return null;
        Duration budget = value.read(Rule.duration(Duration.ofMillis(1), Duration.ofMinutes(10)));
        if (budget != null && budget.compareTo(deadline) > 0) {
            value.report("is longer than the route's deadline of " + deadline.toMillis()
                    + "ms, which always comes first; shorten the budget, or remove it");
        }
        return budget;
    }

    private PathTemplate path(String text) throws Rejected {
        PathTemplate template = TemplateParser.parse(text);
        for (PathTemplate.Piece piece : template.pieces()) {
            int offset = text.indexOf(piece.text());
            switch (piece) {
                case PathTemplate.Parameter(String name) -> checkParameter(name, offset);
                case PathTemplate.Field(String part, List<String> fields) -> checkField(part, fields, offset);
                case PathTemplate.Literal literal -> {
                }
            }
        }
        return template;
    }

    private void checkParameter(String name, int offset) throws Rejected {
        if (route == null || route.parameters().contains(name)) return;
        if (parts.contains(name)) {
            throw new Rejected(offset,
                    "has ${" + name + "}, which is a part; name a field of it: ${" + name + ".FIELD}");
        }
        throw new Rejected(offset,
                "has the unknown parameter ${" + name + "}" + NearMiss.hint(name, route.parameters()) + " "
                        + known("the route's path '" + route.text() + "' has", route.parameters()));
    }

    private void checkField(String part, List<String> fields, int offset) throws Rejected {
        if (parts.contains(part)) return;
        if (route != null && route.parameters().contains(part)) {
            throw new Rejected(offset, "has ${" + part + "." + String.join(".", fields) + "}, but '" + part
                    + "' is a parameter of the route's path and has no fields; write ${" + part + "}");
        }
        throw new Rejected(offset, "needs the unknown part '" + part + "'" + NearMiss.hint(part, parts) + " "
                + known("parts of the route", parts));
    }

    private static String known(String what, Collection<String> names) {
        return "(" + what + ": " + (names.isEmpty() ? "none" : String.join(", ", names)) + ")";
    }
}
