package dev.structured.service.edge;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.config.AccessConfig;
import dev.structured.service.config.ClientConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.Variable;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Lets only those ask for a route who may, and tells the rest who asks. Refuses before a body is read.
///
/// The answers of such a route are for one client: they vary by its key, and no shared cache may keep them.
final class AccessFilter implements Filter {
    private final String header;
    private final ApiKeys keys;

    /// @param header the header that has the key, in lower case
    AccessFilter(String header, Collection<ClientConfig> clients) {
        this.header = header;
        this.keys = new ApiKeys(clients);
    }

    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        if (!(context.match() instanceof RouteTable.Match.Found(Endpoint endpoint, _)))
            return rest.answer(context);
        RouteConfig route = endpoint.route();
        AccessConfig access = route.access();
        if (access == null) return rest.answer(context);
        context.vary(header);
        String client = client(context);
        if (client == null) {
            return refused(context, route, EdgeProblems.unknownClient(header))
                    .with("WWW-Authenticate", "ApiKey realm=\"" + header + "\"");
        }
        if (!access.clients().contains(client)) return refused(context, route, EdgeProblems.otherClient());
        context.caller(client,
                Map.of(Variable.CLIENT, JsonNodeFactory.instance.objectNode().put("name", client)));
        return rest.answer(context);
    }

    private @Nullable String client(FilterContext context) {
        List<String> values = context.request().headers().values(header);
        return values.size() == 1 ? keys.client(values.getFirst()) : null;
    }

    private static Answer refused(FilterContext context, RouteConfig route, ProblemDetails problem) {
        context.requestRecord().route(route.path());
        return UnreadBody.on(problem.answer(context.id()), context.request());
    }
}
