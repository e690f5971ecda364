package dev.structured.service.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Checks how the parts of one route need each other: never in a circle, and a required one never an optional
/// one.
final class NeedsCheck {
    private final Map<String, PartConfig> parts = new HashMap<>();
    private final List<String> order = new ArrayList<>();
    private final Map<String, Value> places;
    private final List<String> way = new ArrayList<>();
    private final Set<String> done = new HashSet<>();

    /// @param places where the parts stand in the file
    NeedsCheck(List<PartConfig> parts, Map<String, Value> places) {
        for (PartConfig part : parts) {
            this.parts.put(part.name(), part);
            this.order.add(part.name());
        }
        this.places = places;
    }

    void check() {
        order.forEach(this::follow);
        order.forEach(this::checkRequired);
    }

    /// Walks along the needs, depth first; a part that is met again on the way closes a circle.
    private void follow(String name) {
        if (way.contains(name)) {
            reportCircle(way.subList(way.indexOf(name), way.size()));
            return;
        }
        PartConfig part = parts.get(name);
        if (part == null || done.contains(name)) return;
        way.add(name);
        part.needs().forEach(this::follow);
        way.removeLast();
        done.add(name);
    }

    private void reportCircle(List<String> circle) {
        String first = circle.getFirst();
        place(first).report(circle.size() == 1
                ? "needs itself; a part's path can only have fields of other parts"
                : "needs itself in a circle: " + String.join(" → ", circle) + " → " + first
                        + "; one of them must do without the other");
    }

    private void checkRequired(String name) {
        PartConfig part = parts.get(name);
        if (part == null || !part.required()) return;
        for (String need : part.needs()) {
            PartConfig needed = parts.get(need);
            if (needed == null || needed.required()) continue;
            place(name).report("is required but needs part '" + need + "', which is optional: when '" + need
                    + "' is missing there could be no page; make '" + need + "' required too, or '" + name
                    + "' optional");
        }
    }

    private Value place(String name) {
        Value part = places.get(name);
        if (part == null) throw new IllegalStateException("Part '" + name + "' has no place in the file");
        Value.Entry path = part.peek("path");
        return path == null ? part : new Value(part.name(), path.value(), part.problems());
    }
}
