package dev.structured.service.edge;

import dev.structured.service.config.PathSegment;
import dev.structured.service.config.RoutePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The routes by the number of segments of a path and by its first segment, so that a path need not be
/// compared with each of them. Routes that begin with a literal are compared only with paths that begin with
/// the same one.
final class RouteIndex {
    /// By the number of segments; the greatest number stands for all above it.
    private final Map<Integer, Group> groups = new HashMap<>();
    /// The number of segments from which only open paths match, all in the same way.
    private final int most;
    private final List<ServedRoute> all;

    /// Routes of paths with the same number of segments.
    private static final class Group {
        /// The routes for each first segment that is a literal, together with those that begin with a
        /// parameter, in the order of the file.
        final Map<String, List<ServedRoute>> beginning = new HashMap<>();
        /// The routes that begin with a parameter or with `**`.
        final List<ServedRoute> others = new ArrayList<>();

        void add(ServedRoute served) {
            List<PathSegment> segments = served.route().pattern().segments();
            if (!segments.isEmpty() && segments.getFirst() instanceof PathSegment.Literal(String text)) {
                beginning.computeIfAbsent(text, _ -> new ArrayList<>(others)).add(served);
                return;
            }
            others.add(served);
            beginning.values().forEach(each -> each.add(served));
        }
    }

    /// @param routes in the order of the file
    RouteIndex(List<ServedRoute> routes) {
        this.all = List.copyOf(routes);
        this.most = 1 + routes.stream().mapToInt(each -> each.route().pattern().segments().size()).max()
                .orElse(0);
        routes.forEach(this::add);
    }

    private void add(ServedRoute served) {
        RoutePath path = served.route().pattern();
        int fixed = path.segments().size();
        for (int count = fixed; count <= (path.isOpen() ? most : fixed); count++) {
            groups.computeIfAbsent(count, _ -> new Group()).add(served);
        }
    }

    /// Returns all routes, in the order of the file.
    List<ServedRoute> all() {
        return all;
    }

    /// Returns the routes that may match this path, in the order of the file.
    ///
    /// @param segments still encoded
    List<ServedRoute> candidates(List<String> segments) {
        Group group = groups.get(Math.min(segments.size(), most));
        if (group == null) return List.of();
        return segments.isEmpty()
                ? group.others
                : group.beginning.getOrDefault(segments.getFirst(), group.others);
    }
}
