package dev.structured.service.check;

import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.RoutePath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Routes by the segments of their paths, so that a route is compared only with routes that can match its
/// requests.
final class RouteTree {
    private static final String PARAMETER = "{}";

    private final Map<String, RouteTree> children = new HashMap<>();
    /// The first route whose path ends here; null if there is none.
    private @Nullable RouteConfig route;

    void add(RouteConfig added) {
        RouteTree tree = this;
        for (String segment : added.pattern().segments()) {
            tree = tree.children.computeIfAbsent(key(segment), _ -> new RouteTree());
        }
        if (tree.route == null) tree.route = added;
    }

    /// Returns a route in the tree that conflicts with a later one; null if there is none.
    @Nullable
    RouteConfig rival(RouteConfig later) {
        return rival(later.pattern(), later.pattern().segments());
    }

    /// @param rest the segments below this tree
    private @Nullable RouteConfig rival(RoutePath later, List<String> rest) {
        if (rest.isEmpty()) return route == null || !isRival(later, route) ? null : route;
        String key = key(rest.getFirst());
        List<String> below = rest.subList(1, rest.size());
        RouteTree same = children.get(key);
        RouteConfig found = same == null ? null : same.rival(later, below);
        if (found != null) return found;
        if (!key.equals(PARAMETER)) {
            RouteTree wider = children.get(PARAMETER);
            return wider == null ? null : wider.rival(later, below);
        }
        return amongLiterals(later, below);
    }

    private @Nullable RouteConfig amongLiterals(RoutePath later, List<String> below) {
        // Below a literal only a crossed route conflicts, and that needs a literal in the rest of the later
        // route.
        if (below.stream().allMatch(segment -> key(segment).equals(PARAMETER))) return null;
        for (Map.Entry<String, RouteTree> child : children.entrySet()) {
            if (child.getKey().equals(PARAMETER)) continue;
            RouteConfig found = child.getValue().rival(later, below);
            if (found != null) return found;
        }
        return null;
    }

    private static boolean isRival(RoutePath later, RouteConfig earlier) {
        return switch (later.after(earlier.pattern())) {
            case SAME, LATER_IS_NARROWER, CROSSED -> true;
            case NONE, EARLIER_IS_NARROWER -> false;
        };
    }

    private static String key(String segment) {
        return RoutePath.parameter(segment) == null ? segment : PARAMETER;
    }
}
