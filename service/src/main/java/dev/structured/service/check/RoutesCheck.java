package dev.structured.service.check;

import dev.structured.service.config.Method;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.yaml.SourceMap;
import dev.structured.service.yaml.YamlValue;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Checks that no request matches two routes ambiguously, and that every route can be reached. The first
/// route that matches answers.
final class RoutesCheck {
    private final List<RouteConfig> routes;
    private final SourceMap places;
    /// The routes that come earlier in the file, by method.
    private final Map<Method, RouteTree> earlier = new EnumMap<>(Method.class);
    /// The routes that come earlier in the file and answer all methods.
    private final List<RouteConfig> proxies = new ArrayList<>();

    RoutesCheck(List<RouteConfig> routes, SourceMap places) {
        this.routes = routes;
        this.places = places;
    }

    void check() {
        for (RouteConfig route : routes) {
            if (!places.isSound(route, "path", "method", "proxy")) continue;
            if (isCovered(route)) continue;
            if (route.proxy() == null) checkRivals(route);
            else
                proxies.add(route);
        }
    }

    private void checkRivals(RouteConfig route) {
        RouteTree tree = earlier.computeIfAbsent(route.method(), _ -> new RouteTree());
        RouteConfig rival = tree.rival(route);
        if (rival != null) report(route, rival);
        tree.add(route);
    }

    private boolean isCovered(RouteConfig route) {
        for (RouteConfig proxy : proxies) {
            if (!proxy.pattern().covers(route.pattern())) continue;
            places.of(route, "path").report("can never be reached: '" + proxy.path() + "' at line "
                    + places.of(proxy, "path").line()
                    + " comes first and passes its requests on; put the narrower route first");
            return true;
        }
        return false;
    }

    private void report(RouteConfig later, RouteConfig rival) {
        YamlValue place = places.of(later, "path");
        String other = "'" + rival.path() + "' at line " + places.of(rival, "path").line();
        switch (later.pattern().after(rival.pattern())) {
            case SAME -> place
                    .report("matches the same requests as " + other + "; remove one of the two routes");
            case LATER_IS_NARROWER -> place.report("can never be reached: " + other
                    + " comes first and matches its requests too; put the narrower route first");
            case CROSSED -> place.report("is ambiguous with " + other
                    + ": some requests match both, and neither is the narrower one; make their paths differ");
            case NONE, EARLIER_IS_NARROWER -> throw new IllegalStateException(other + " is no rival");
        }
    }
}
