package dev.structured.service.edge;

import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.RoutePath;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One route of a table, ready to be asked.
///
/// @param headers the client's headers that its pages depend on, in lower case
public record Endpoint(RouteConfig route, Set<String> headers) {

    /// Returns true for the path of a request that the route has.
    ///
    /// @param segments still encoded, as many as the route has
    public boolean hasPath(List<String> segments) {
        List<String> own = route.pattern().segments();
        for (int i = 0; i < own.size(); i++) {
            String segment = segments.get(i);
            if (RoutePath.parameter(own.get(i)) != null ? segment.isEmpty() : !segment.equals(own.get(i)))
                return false;
        }
        return true;
    }

    /// Returns the values of the path's parameters, decoded.
    ///
    /// @param segments of a path that the route has
    public Map<String, String> params(List<String> segments) {
        List<String> own = route.pattern().segments();
        Map<String, String> params = new LinkedHashMap<>();
        for (int i = 0; i < own.size(); i++) {
            String name = RoutePath.parameter(own.get(i));
            if (name != null) params.put(name, PathSegments.decode(segments.get(i)));
        }
        return params;
    }

    /// Returns true when the route has a use for the request's body.
    public boolean readsBody() {
        return route.body() != null || route.batch() != null;
    }
}
