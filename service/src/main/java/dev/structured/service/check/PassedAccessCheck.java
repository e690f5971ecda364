package dev.structured.service.check;

import dev.structured.service.config.HostPattern;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.RoutePath.Overlap;
import dev.structured.service.yaml.SourceMap;
import dev.structured.service.yaml.YamlValue;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks that a wide proxy that anyone may use is not by accident a way around the `access` of a page: a
/// page answers one method, and all others of its path go to the proxy.
///
/// A proxy with the path of the page itself says that this is meant, with `access` or without.
record PassedAccessCheck(List<RouteConfig> routes, SourceMap places) {

    void check() {
        Set<RouteConfig> told = new HashSet<>();
        for (RouteConfig page : routes) {
            if (page.proxy() != null || page.access() == null || !isSound(page)) continue;
            RouteConfig proxy = passing(page);
            if (proxy != null && proxy.access() == null && !isMeant(page, proxy) && told.add(proxy))
                report(page, proxy);
        }
    }

    private boolean isSound(RouteConfig route) {
        return places.isSound(route, "path", "method", "proxy", "hosts", "access");
    }

    /// Returns the proxy that gets the requests for a page's path by other methods; null for none.
    private @Nullable RouteConfig passing(RouteConfig page) {
        RouteConfig ofAllHosts = null;
        for (RouteConfig each : routes) {
            if (each.proxy() == null || !isSound(each) || !each.pattern().covers(page.pattern())) continue;
            if (!each.hosts().isEmpty()) {
                if (hosts(each).stream().anyMatch(hosts(page)::contains)) return each;
            } else if (ofAllHosts == null) {
                ofAllHosts = each;
            }
        }
        return ofAllHosts;
    }

    private static List<String> hosts(RouteConfig route) {
        return route.hosts().stream().map(HostPattern::text).toList();
    }

    private static boolean isMeant(RouteConfig page, RouteConfig proxy) {
        return !proxy.pattern().isOpen() && proxy.pattern().after(page.pattern()) == Overlap.SAME;
    }

    private void report(RouteConfig page, RouteConfig proxy) {
        YamlValue place = places.of(proxy, "path");
        String path = page.pattern().text();
        place.report("passes on requests for '" + path + "' at " + places.of(page, "path").place(place)
                + " by other methods than " + page.method() + ", without the 'access' that it asks for; add"
                + " 'access' here, or put a 'proxy' with the path '" + path + "' before this one: with"
                + " 'access', or without it where anyone may");
    }
}
