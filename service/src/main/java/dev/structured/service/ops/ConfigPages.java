package dev.structured.service.ops;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.ops.ConfigControl.Change;
import dev.structured.service.ops.ConfigControl.Result;
import dev.structured.service.ops.ConfigControl.Status;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;

/// The pages `/config` and `/openapi.json` of the admin listener: show, reload and roll back the
/// configuration.
///
/// Only POST changes anything, and only if the [AdminGate] allows it.
final class ConfigPages {
    private final ConfigControl control;
    private final AdminGate gate;

    ConfigPages(ConfigControl control, AdminGate gate) {
        this.control = control;
        this.gate = gate;
    }

    void add(RoutesConfig routes) {
        AdminPages.add(routes, "/config", this::status);
        AdminPages.add(routes, "/openapi.json", PageBulkhead.of(ctx -> {
            ctx.contentType("application/json");
            return control.openApi();
        }));
        routes.post("/config/reload", ctx -> {
            gate.checkChange(ctx);
            answer(control.reload("POST /config/reload", ctx.queryParamMap().containsKey("dryRun")), ctx);
        });
        routes.post("/config/rollback", ctx -> {
            gate.checkChange(ctx);
            answer(control.rollback(), ctx);
        });
    }

    private void status(Context ctx) {
        Status status = control.status();
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("file", status.file());
        if (!status.included().isEmpty()) body.set("included", lines(status.included()));
        body.put("hash", status.hash()).put("since", status.since().toString())
                .put("routes", status.routes()).put("downstreams", status.downstreams());
        write(body, ctx);
    }

    private static void answer(Change change, Context ctx) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("result", change.result().label());
        body.set("changes", lines(change.changes()));
        body.set("problems", lines(change.problems()));
        ctx.status(change.result() == Result.REFUSED ? 422 : 200);
        write(body, ctx);
    }

    private static ArrayNode lines(List<String> lines) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        lines.forEach(list::add);
        return list;
    }

    private static void write(ObjectNode body, Context ctx) {
        ctx.contentType("application/json").result(body.toPrettyString() + "\n");
    }
}
