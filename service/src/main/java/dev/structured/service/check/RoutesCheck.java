package dev.structured.service.check;

import dev.structured.service.config.HostPattern;
import dev.structured.service.config.Method;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.yaml.SourceMap;
import dev.structured.service.yaml.YamlValue;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Checks that no request matches two routes ambiguously, and that every route can be reached. The first
/// route that matches answers.
final class RoutesCheck {
    private final List<RouteConfig> routes;
    private final SourceMap places;
    private final Map<String, Earlier> hosts = new HashMap<>();

    /// The routes of one host, or of all, that come earlier in the file.
    ///
    /// @param byMethod those of one method
    /// @param proxies those of all methods
    private record Earlier(Map<Method, RouteTree> byMethod, List<RouteConfig> proxies) {
        Earlier() {
            this(new EnumMap<>(Method.class), new ArrayList<>());
        }
    }

    RoutesCheck(List<RouteConfig> routes, SourceMap places) {
        this.routes = routes;
        this.places = places;
    }

    void check() {
        for (RouteConfig route : routes) {
            if (!places.isSound(route, "path", "method", "proxy", "hosts")) continue;
            boolean good = true;
            for (String host : hosts(route)) {
                Earlier earlier = hosts.computeIfAbsent(host, _ -> new Earlier());
                good = good && isReached(route, earlier.proxies, host);
                if (route.proxy() != null) {
                    if (good) earlier.proxies.add(route);
                    continue;
                }
                RouteTree tree = earlier.byMethod.computeIfAbsent(route.method(), _ -> new RouteTree());
                RouteConfig rival = good ? tree.rival(route) : null;
                if (rival != null) report(route, rival, host);
                good &= rival == null;
                tree.add(route);
            }
        }
    }

    /// Returns the hosts of a route; a single empty text if it is for all hosts.
    private static List<String> hosts(RouteConfig route) {
        return route.hosts().isEmpty()
                ? List.of("")
                : route.hosts().stream().map(HostPattern::text).toList();
    }

    private boolean isReached(RouteConfig route, List<RouteConfig> proxies, String host) {
        for (RouteConfig proxy : proxies) {
            if (!proxy.pattern().covers(route.pattern())) continue;
            YamlValue place = places.of(route, "path");
            place.report("can never be reached" + on(host) + ": '" + proxy.path()
                    + "' at " + places.of(proxy, "path").place(place)
                    + " comes first and passes its requests on; put the narrower route first");
            return false;
        }
        return true;
    }

    private static String on(String host) {
        return host.isEmpty() ? "" : " for host " + host;
    }

    private void report(RouteConfig later, RouteConfig rival, String host) {
        YamlValue place = places.of(later, "path");
        String other = "'" + rival.path() + "' at " + places.of(rival, "path").place(place);
        switch (later.pattern().after(rival.pattern())) {
            case SAME -> place
                    .report("matches the same requests as " + other + on(host)
                            + "; remove one of the two routes");
            case LATER_IS_NARROWER -> place.report("can never be reached" + on(host) + ": " + other
                    + " comes first and matches its requests too; put the narrower route first");
            case CROSSED -> place.report("is ambiguous with " + other + on(host)
                    + ": some requests match both, and neither is the narrower one; make their paths differ");
            case NONE, EARLIER_IS_NARROWER -> throw new IllegalStateException(other + " is no rival");
        }
    }
}
