package dev.structured.service.check;

import dev.structured.service.config.FailureConfig.OnFailure;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.yaml.SourceMap;
import dev.structured.service.yaml.YamlValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Checks that the parts of a route do not need each other in a circle, and that no required part needs an
/// optional one.
final class NeedsCheck {
    private static final List<String> KEYS = List.of("path", "query", "headers", "body", "idempotencyKey",
            "each", "when", "needs");

    private final RouteConfig route;
    private final SourceMap places;
    private final List<String> way = new ArrayList<>();
    private final Set<String> done = new HashSet<>();

    NeedsCheck(RouteConfig route, SourceMap places) {
        this.route = route;
        this.places = places;
    }

    void check() {
        route.parts().keySet().forEach(this::follow);
        route.parts().values().forEach(this::checkRequired);
    }

    /// Follows the needs, depth first; a part that is met again on the way closes a circle.
    private void follow(String name) {
        if (way.contains(name)) {
            reportCircle(way.subList(way.indexOf(name), way.size()));
            return;
        }
        if (!done.add(name)) return;
        way.add(name);
        route.needs(route.part(name)).forEach(this::follow);
        way.removeLast();
    }

    private void reportCircle(List<String> circle) {
        String first = circle.getFirst();
        boolean itself = circle.size() == 1;
        place(route.part(first), itself ? first : circle.get(1)).report(itself
                ? "needs itself; it can only use fields of other parts"
                : "needs itself in a circle: " + String.join(" → ", circle) + " → " + first
                        + "; one of them must do without the other");
    }

    private void checkRequired(PartConfig part) {
        if (!places.isSound(part, "required", "onFailure") || !part.isRequired()) return;
        for (String name : route.needs(part)) {
            PartConfig needed = route.part(name);
            if (needed == part || isAlwaysThere(needed, Set.of())) continue;
            place(part, name).report("is required but needs part '" + name + "', which is optional: when '"
                    + name + "' is missing there could be no page; make '" + name + "' required too, or '"
                    + part.name() + "' optional");
        }
    }

    /// Returns true if a part is always present. A fixed value is, if all parts that it needs are.
    ///
    /// @param met the parts on the way to this one, in case they need each other in a circle
    private boolean isAlwaysThere(PartConfig part, Set<PartConfig> met) {
        if (!places.isSound(part, "required", "onFailure") || part.isRequired()
                || part.failure().onFailure() == OnFailure.FALLBACK || met.contains(part))
            return true;
        if (!places.has(part, "value")) return false;
        Set<PartConfig> way = new HashSet<>(met);
        way.add(part);
        return route.needs(part).stream().allMatch(need -> isAlwaysThere(route.part(need), way));
    }

    /// Returns the place in a part's text where it needs another one.
    private YamlValue place(PartConfig part, String need) {
        for (String key : KEYS) {
            if (!places.has(part, key)) continue;
            YamlValue whole = places.of(part, key);
            YamlValue found = whole.locate(text -> names(key, text, need));
            if (names(key, found.text(), need)) return found.called(places.of(part).name());
        }
        return places.of(part);
    }

    private static boolean names(String key, String text, String need) {
        return key.equals("needs")
                ? text.equals(need)
                : text.contains("${" + need + ".") || text.contains("${" + need + "}");
    }
}
