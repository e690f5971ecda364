package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.config.AddressRange;
import dev.structured.service.config.ClientConfig;
import dev.structured.service.config.Priority;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Determines the priority of a request: the one that a trusted address asks for, or else the client's, or
/// else the route's.
final class PriorityFilter implements Filter {
    private final List<AddressRange> trusted;
    /// The priorities of clients, by the key of the caller.
    private final Map<String, Priority> clients = new HashMap<>();

    /// @param trusted the addresses whose `Priority` is obeyed
    PriorityFilter(List<AddressRange> trusted, Collection<ClientConfig> clients) {
        this.trusted = trusted;
        for (ClientConfig each : clients) {
            if (each.priority() != null) this.clients.put(AccessFilter.key(each.name()), each.priority());
        }
    }

    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        if (context.match() instanceof RouteTable.Match.Found(ServedRoute served, _)) {
            Priority said = trusted.isEmpty() ? null : said(context.request());
            if (said == null) said = clients.get(context.callerKey());
            context.priority(said == null ? served.route().priority() : said);
        }
        return rest.answer(context);
    }

    private @Nullable Priority said(ClientRequest request) {
        if (!CallerAddress.isIn(request.address(), trusted)) return null;
        int urgency = UrgencyField.of(request.headers().values("priority"));
        return urgency < 0 ? null : Priority.ofUrgency(urgency);
    }
}
