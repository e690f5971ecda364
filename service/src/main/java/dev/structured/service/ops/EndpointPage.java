package dev.structured.service.ops;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.balance.EndpointView;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The page `/endpoints` of the admin listener: the endpoints of each downstream that has several, with their
/// state.
final class EndpointPage {
    private final Supplier<Map<String, List<EndpointView>>> endpoints;

    EndpointPage(Supplier<Map<String, List<EndpointView>>> endpoints) {
        this.endpoints = endpoints;
    }

    String text(Context ctx) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        endpoints.get().forEach((downstream, all) -> {
            var list = body.putArray(downstream);
            all.forEach(each -> list.add(json(each)));
        });
        ctx.contentType("application/json");
        return body.toPrettyString() + "\n";
    }

    private static ObjectNode json(EndpointView view) {
        ObjectNode json = JsonNodeFactory.instance.objectNode()
                .put("endpoint", view.endpoint())
                .put("leftAlone", view.leftAlone())
                .put("inFlight", view.inFlight())
                .put("latencyMs", Math.round(view.latency().toNanos() / 10_000.0) / 100.0)
                .put("calls", view.calls())
                .put("failures", view.failures());
        if (!view.timeLeft().isZero()) json.put("timeLeftMs", view.timeLeft().toMillis());
        return json;
    }
}
