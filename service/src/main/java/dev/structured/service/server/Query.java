package dev.structured.service.server;

import dev.structured.service.edge.Problems;
import dev.structured.service.edge.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/// The query of a request, decoded strictly: Javalin would drop what it cannot decode.
final class Query {
    private Query() {}

    /// Returns the parameters, each with its values in order.
    ///
    /// @throws Refusal if the query is not percent-encoded UTF-8
    static Map<String, List<String>> of(Request request) throws Refusal {
        try {
            Map<String, List<String>> query = new LinkedHashMap<>();
            for (Fields.Field field : Request.extractQueryParameters(request)) {
                query.put(field.getName(), List.copyOf(field.getValues()));
            }
            return query;
        } catch (IllegalArgumentException | IllegalStateException e) {
            // Jetty throws the one for a bad percent sign, the other for bad UTF-8.
            throw new Refusal(Problems.badQuery());
        }
    }
}
