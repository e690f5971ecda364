package dev.structured.service.edge;

import dev.structured.service.config.BatchConfig;
import dev.structured.service.config.Method;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.Variable;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The headers of a client that may go further than the edge: those that a route names, and no others.
public final class RequestHeaders {
    private RequestHeaders() {}

    /// Returns the names that a route or its parts take in, in lower case; for a batch, those of the route whose pages
    /// it makes.
    ///
    /// @param all the routes of the file
    public static Set<String> of(RouteConfig route, List<RouteConfig> all) {
        Set<String> names = new TreeSet<>();
        for (PartConfig part : route.parts().values()) {
            names.addAll(route.requestHeaders(part));
            part.variables(variable -> add(variable, names));
        }
        BatchConfig batch = route.batch();
        if (batch != null) batch.pagesOf(all).ifPresent(pages -> names.addAll(of(pages, all)));
        return Collections.unmodifiableSet(names);
    }

    /// Returns those of a request's headers that have one of the names. What was sent in several lines becomes a list.
    public static Map<String, String> of(Headers fields, Set<String> names) {
        Map<String, String> headers = new HashMap<>();
        for (String name : names) {
            List<String> values = fields.values(name);
            String separator = name.equals("cookie") ? "; " : ", ";
            if (!values.isEmpty()) headers.put(name, String.join(separator, values));
        }
        return headers;
    }

    private static void add(Variable variable, Set<String> names) {
        if (!variable.name().equals(Variable.HEADER) || variable.fields().isEmpty()) return;
        names.add(variable.fields().getFirst().toLowerCase(Locale.ROOT));
    }
}
