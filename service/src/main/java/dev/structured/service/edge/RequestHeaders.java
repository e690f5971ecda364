package dev.structured.service.edge;

import dev.structured.service.config.BatchConfig;
import dev.structured.service.config.CallConfig;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The headers of a client that the edge passes on: those that a route names, and no others.
final class RequestHeaders {
    private RequestHeaders() {}

    /// Returns the names that a route or its parts use, in lower case; for a batch, those of the route of its
    /// pages.
    ///
    /// @param all the routes of the file
    static Set<String> of(RouteConfig route, List<RouteConfig> all) {
        Set<String> names = new TreeSet<>();
        for (PartConfig part : route.parts().values()) {
            CallConfig call = part.call();
            for (String name : route.requestHeaders(part)) {
                // A header that the part sets replaces the client's. Checks have refused names that each part
                // or its downstream sets.
                if (call != null && !call.headers().containsKey(name)) names.add(name);
            }
            part.variables(variable -> variable.header().ifPresent(names::add));
        }
        if (!route.namedCookies().isEmpty()) names.add("cookie");
        BatchConfig batch = route.batch();
        if (batch != null) batch.pagesOf(all).ifPresent(pages -> names.addAll(of(pages, all)));
        return Collections.unmodifiableSet(names);
    }

    /// Returns those of a request's headers that have one of the names, without those that `Connection`
    /// names. Several fields of one name become a list.
    static Map<String, String> of(Headers fields, Set<String> names) {
        if (names.isEmpty()) return Map.of();
        Set<String> ofTheConnection = ofTheConnection(fields);
        Map<String, String> headers = new HashMap<>();
        for (String name : names) {
            if (ofTheConnection.contains(name)) continue;
            List<String> values = fields.values(name);
            String separator = name.equals("cookie") ? "; " : ", ";
            if (!values.isEmpty()) headers.put(name, String.join(separator, values));
        }
        return headers;
    }

    /// Returns the names, in lower case, of the headers that the client meant for its connection alone (RFC
    /// 9110, 7.6.1).
    static Set<String> ofTheConnection(Headers fields) {
        return ofTheConnection(fields.values("Connection"));
    }

    /// Returns the names, in lower case, that fields called `Connection` list.
    ///
    /// @param values the values of these fields
    static Set<String> ofTheConnection(List<String> values) {
        if (values.isEmpty()) return Set.of();
        Set<String> names = new HashSet<>();
        for (String value : values) {
            for (String name : value.split(",", -1)) names.add(name.strip().toLowerCase(Locale.ROOT));
        }
        return names;
    }
}
