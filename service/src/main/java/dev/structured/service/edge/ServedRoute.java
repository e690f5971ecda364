package dev.structured.service.edge;

import dev.structured.service.config.PathSegment;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ShapedSegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One route of a table.
///
/// @param headers the client's headers that its pages depend on, in lower case
/// @param setsCookies true if its answers may set cookies
/// @param types the media types that it offers, the preferred one first
/// @param problems the style of its problems
record ServedRoute(RouteConfig route, Set<String> headers, boolean setsCookies,
        List<PageType> types, ProblemStyle problems) {

    ServedRoute(RouteConfig route, Set<String> headers) {
        this(route, headers, ProblemStyle.PLAIN);
    }

    ServedRoute(RouteConfig route, Set<String> headers, ProblemStyle problems) {
        this(route, headers, route.setsCookies(), PageType.of(route), problems);
    }

    /// Returns true if the route has this path.
    ///
    /// @param segments still encoded, as many as the route has, or more if its path is open
    boolean hasPath(List<String> segments) {
        List<PathSegment> own = route.pattern().segments();
        for (int i = 0; i < own.size(); i++) {
            String segment = segments.get(i);
            boolean fits = switch (own.get(i)) {
                case PathSegment.Literal literal -> segment.equals(literal.text());
                case PathSegment.Any _ -> !segment.isEmpty();
                case ShapedSegment shaped -> shaped.fits(PathSegments.decode(segment));
            };
            if (!fits) return false;
        }
        return true;
    }

    /// Returns the values of the path's parameters, decoded.
    ///
    /// @param segments of a path that the route has
    Map<String, String> params(List<String> segments) {
        List<PathSegment> own = route.pattern().segments();
        Map<String, String> params = new LinkedHashMap<>();
        for (int i = 0; i < own.size(); i++) {
            switch (own.get(i)) {
                case PathSegment.Literal _ -> {
                }
                case PathSegment.Any(String name) -> params.put(name, PathSegments.decode(segments.get(i)));
                case ShapedSegment shaped ->
                    params.put(shaped.parameter(), shaped.value(PathSegments.decode(segments.get(i))));
            }
        }
        return params;
    }

    /// Returns true if its answers are compressed for clients that accept it.
    ///
    /// An attacker who sees the sizes of compressed answers, and makes a victim's browser request pages that
    /// repeat the attacker's text beside a secret, can guess the secret (BREACH). Browsers allow this only
    /// with cookies and credentials that they send by themselves.
    boolean isCompressed() {
        return switch (route.answer().compress()) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO -> !headers.contains("cookie") && !headers.contains("authorization");
        };
    }

    /// Returns true if the route reads the body of a request.
    boolean readsBody() {
        return route.body() != null || route.batch() != null;
    }
}
