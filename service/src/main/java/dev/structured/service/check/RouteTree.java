package dev.structured.service.check;

import dev.structured.service.config.PathSegment;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.RoutePath;
import dev.structured.service.config.ShapedSegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Routes by the segments of their paths, so that a route is compared only with routes that can match its
/// requests.
final class RouteTree {
    private static final String PARAMETER = "{}";

    private final Map<String, RouteTree> literals = new HashMap<>();
    /// By what stands in the file; two that differ only in the name of the parameter are two.
    private final Map<String, RouteTree> parameters = new HashMap<>();
    /// The first route whose path ends here; null if there is none.
    private @Nullable RouteConfig route;

    void add(RouteConfig added) {
        RouteTree tree = this;
        for (PathSegment segment : added.pattern().segments()) {
            Map<String, RouteTree> children = segment instanceof PathSegment.Literal
                    ? tree.literals
                    : tree.parameters;
            tree = children.computeIfAbsent(key(segment), _ -> new RouteTree());
        }
        if (tree.route == null) tree.route = added;
    }

    /// Returns a route in the tree that conflicts with a later one; null if there is none.
    @Nullable
    RouteConfig rival(RouteConfig later) {
        return rival(later.pattern(), later.pattern().segments(), false);
    }

    /// @param rest the segments below this tree
    /// @param narrower true if a segment above is narrower than that of this tree
    private @Nullable RouteConfig rival(RoutePath later, List<PathSegment> rest, boolean narrower) {
        if (rest.isEmpty()) return route == null || !isRival(later, route) ? null : route;
        PathSegment first = rest.getFirst();
        List<PathSegment> below = rest.subList(1, rest.size());
        boolean literal = first instanceof PathSegment.Literal;
        RouteTree same = (literal ? literals : parameters).get(key(first));
        RouteConfig found = same == null ? null : same.rival(later, below, narrower);
        if (found == null) found = among(parameters, later, below, narrower || !key(first).equals(PARAMETER));
        if (found != null || literal) return found;
        // Below a literal only a crossed route conflicts with a parameter, and that needs something narrower
        // elsewhere in the later route. A parameter of one value is the exception.
        boolean possible = narrower || first instanceof ShapedSegment
                || below.stream().anyMatch(segment -> !key(segment).equals(PARAMETER));
        return possible ? among(literals, later, below, narrower) : null;
    }

    private static @Nullable RouteConfig among(Map<String, RouteTree> children, RoutePath later,
            List<PathSegment> below, boolean narrower) {
        for (RouteTree child : children.values()) {
            RouteConfig found = child.rival(later, below, narrower);
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

    private static String key(PathSegment segment) {
        return segment instanceof PathSegment.Any ? PARAMETER : segment.text();
    }
}
