package dev.structured.service.edge;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.config.AccessConfig;
import dev.structured.service.config.ClientConfig;
import dev.structured.service.config.Variable;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Checks that the client has access to the route, and identifies it for the later filters. Refuses before
/// the body is read.
///
/// Answers of such a route are for one client: they vary by its credentials, and no shared cache may keep
/// them.
final class AccessFilter implements Filter {
    private static final String CHALLENGE = "WWW-Authenticate";

    private final String header;
    private final ApiKeys keys;
    private final BearerAccess bearers;

    /// @param header the header that has the key of a client, in lower case
    AccessFilter(String header, Collection<ClientConfig> clients, Issuers issuers) {
        this.header = header;
        this.keys = new ApiKeys(clients);
        this.bearers = new BearerAccess(issuers);
    }

    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        if (!(context.match() instanceof RouteTable.Match.Found(ServedRoute served, _)))
            return rest.answer(context);
        AccessConfig access = served.route().access();
        if (access == null) return rest.answer(context);
        if (!access.clients().isEmpty()) context.vary(header);
        if (!access.issuers().isEmpty()) context.vary("authorization");
        Answer refusal = refusal(context, access);
        if (refusal == null) return rest.answer(context);
        context.requestRecord().route(served.route().path());
        return UnreadBody.dropped(refusal, context);
    }

    /// Identifies the client. Returns null if it has access.
    private @Nullable Answer refusal(FilterContext context, AccessConfig access) {
        String token = access.issuers().isEmpty() ? null : BearerAccess.token(context.request().headers());
        if (token != null) return refusal(context, bearers.judge(token, access, context.client()));
        String client = access.clients().isEmpty() ? null : client(context);
        if (client == null) {
            return context.answer(EdgeProblems.unknownClient(header, access)).with(CHALLENGE,
                    challenge(access));
        }
        if (!access.clients().contains(client)) return context.answer(EdgeProblems.otherClient());
        context.caller(client, key(client),
                Map.of(Variable.CLIENT, JsonNodeFactory.instance.objectNode().put("name", client)));
        return null;
    }

    /// Returns the key of the caller that is this client.
    static String key(String client) {
        return "client " + client;
    }

    private static @Nullable Answer refusal(FilterContext context, BearerAccess.Result result) {
        return switch (result) {
            case BearerAccess.Result.Good(String issuer, var claims) -> {
                context.caller(issuer, "subject " + issuer + " " + claims.path("sub").asText(),
                        Map.of(Variable.JWT, claims));
                yield null;
            }
            case BearerAccess.Result.Refused(ProblemDetails problem, String challenge) -> {
                Answer answer = context.answer(problem);
                yield challenge == null ? RetryLater.on(answer) : answer.with(CHALLENGE, challenge);
            }
        };
    }

    private @Nullable String client(FilterContext context) {
        List<String> values = context.request().headers().values(header);
        return values.size() == 1 ? keys.client(values.getFirst()) : null;
    }

    private String challenge(AccessConfig access) {
        String byKey = "ApiKey realm=\"" + header + "\"";
        if (access.issuers().isEmpty()) return byKey;
        return access.clients().isEmpty()
                ? BearerAccess.challenge()
                : BearerAccess.challenge() + ", " + byKey;
    }
}
