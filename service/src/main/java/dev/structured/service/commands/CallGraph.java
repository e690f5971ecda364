package dev.structured.service.commands;

import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The parts of a route and the parts that each waits for.
final class CallGraph {
    private final RouteConfig route;
    private final Map<String, Integer> levels = new HashMap<>();

    CallGraph(RouteConfig route) {
        this.route = route;
        route.parts().values().forEach(this::level);
    }

    /// Returns the level on which a part can begin, starting at 1: one after the latest of the parts that it
    /// waits for.
    int level(PartConfig part) {
        Integer known = levels.get(part.name());
        if (known != null) return known;
        int level = 1;
        for (PartConfig need : needs(part)) level = Math.max(level, level(need) + 1);
        levels.put(part.name(), level);
        return level;
    }

    /// Returns the parts of each level, in the order of the file.
    List<List<PartConfig>> levels() {
        List<List<PartConfig>> all = new ArrayList<>();
        for (PartConfig part : route.parts().values()) {
            while (all.size() < level(part))
                all.add(new ArrayList<>());
            all.get(level(part) - 1).add(part);
        }
        return all;
    }

    /// Returns the parts that a part waits for.
    List<PartConfig> needs(PartConfig part) {
        return route.needs(part).stream().map(route::part).toList();
    }

    /// Returns true if a part takes values from another; false if it only waits for it, or for its condition.
    static boolean isMadeOf(PartConfig part, PartConfig other) {
        Set<String> names = new HashSet<>();
        part.ingredients(variable -> names.add(variable.name()));
        return names.contains(other.name());
    }
}
