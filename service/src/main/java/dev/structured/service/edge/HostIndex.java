package dev.structured.service.edge;

import dev.structured.service.config.HostPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The routes by the host of a request: first those of exactly that name, then those of the domains above it,
/// the longest first, then those of all hosts.
final class HostIndex {
    private final Map<String, RouteIndex> named = new HashMap<>();
    private final Map<String, RouteIndex> below = new HashMap<>();
    /// The routes without hosts, alone in the list; none if there are none.
    private final List<RouteIndex> unnamed;

    /// @param routes in the order of the file
    HostIndex(List<ServedRoute> routes) {
        Map<String, List<ServedRoute>> exact = new HashMap<>();
        Map<String, List<ServedRoute>> wild = new HashMap<>();
        List<ServedRoute> any = new ArrayList<>();
        for (ServedRoute served : routes) {
            List<HostPattern> hosts = served.route().hosts();
            if (hosts.isEmpty()) any.add(served);
            for (HostPattern host : hosts) {
                (host.isWildcard() ? wild : exact).computeIfAbsent(host.name(), _ -> new ArrayList<>())
                        .add(served);
            }
        }
        exact.forEach((name, each) -> named.put(name, new RouteIndex(each)));
        wild.forEach((name, each) -> below.put(name, new RouteIndex(each)));
        this.unnamed = any.isEmpty() ? List.of() : List.of(new RouteIndex(any));
    }

    /// Returns the routes that answer for a host, the most specific ones first; an empty list if none does.
    ///
    /// @param host as the client sent it, with or without a port; null if it sent none
    List<RouteIndex> of(@Nullable String host) {
        if (named.isEmpty() && below.isEmpty()) return unnamed; // no route depends on the host
        String name = host == null ? "" : plain(host);
        if (name.isEmpty() || name.length() > HostPattern.LONGEST) return unnamed;
        List<RouteIndex> found = new ArrayList<>();
        add(named.get(name), found);
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            if (dot > 0) add(below.get(name.substring(dot + 1)), found);
        }
        found.addAll(unnamed);
        return found;
    }

    private static void add(@Nullable RouteIndex index, List<RouteIndex> found) {
        if (index != null) found.add(index);
    }

    /// Returns a host in lower case, without its port and without the dot that may end it.
    static String plain(String host) {
        int end = host.endsWith("]") ? -1 : host.lastIndexOf(':');
        String name = end < 0 ? host : host.substring(0, end);
        return (name.endsWith(".") ? name.substring(0, name.length() - 1) : name).toLowerCase(Locale.ROOT);
    }
}
