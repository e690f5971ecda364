package dev.structured.service.ops;

import dev.structured.service.record.Recorder;
import dev.structured.service.record.Recordings;
import dev.structured.service.view.Json;
import dev.structured.service.view.RequestFilter;
import dev.structured.service.view.RequestList;
import dev.structured.service.view.RequestText;
import dev.structured.service.view.RequestView;
import dev.structured.service.view.TraceEvents;
import dev.structured.service.view.Whereabouts;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The pages about requests: `/requests`, `/requests/{id}`, `/where`, each as text, or as JSON by `Accept`.
///
/// Only POST changes anything, and only if the [AdminGate] allows it.
final class RequestPages {
    private static final String OFF = "Requests are not recorded: the file says 'admin: {record: false}'.\n";
    private static final String UNKNOWN = """
            There is no request with this id. It may have been pushed out by later ones of its kind (the \
            last eight of each route, outcome and latency are kept), or the id is not complete: \
            GET /requests lists those that there are.
            """;

    private final @Nullable Recordings recordings;
    private final AdminGate gate;

    /// @param source null if requests are not recorded
    RequestPages(@Nullable RequestSource source, AdminGate gate) {
        this.recordings = source == null ? null : source.recordings();
        this.gate = gate;
    }

    void add(RoutesConfig routes) {
        AdminPages.add(routes, "/requests", PageBulkhead.of(this::list));
        AdminPages.add(routes, "/requests/{id}", PageBulkhead.of(this::one));
        AdminPages.add(routes, "/requests/{id}/trace", PageBulkhead.of(this::trace));
        AdminPages.add(routes, "/where", PageBulkhead.of(this::where));
        routes.post("/requests/{id}/cancel", this::cancel);
    }

    private String list(Context ctx) {
        if (recordings == null) return text(404, OFF, ctx);
        RequestFilter filter;
        try {
            filter = RequestFilter.of(ctx.queryParamMap());
        } catch (IllegalArgumentException e) {
            return text(400, e.getMessage() + ".\n", ctx);
        }
        RequestList list = RequestList.of(recordings, filter);
        return json(ctx) ? Json.pretty(list) : list.text();
    }

    private String one(Context ctx) {
        if (recordings == null) return text(404, OFF, ctx);
        List<Recorder> found = recordings.find(ctx.pathParam("id"));
        if (found.isEmpty()) return text(404, UNKNOWN, ctx);
        RequestView view = RequestView.of(found.getFirst());
        if (json(ctx)) return Json.pretty(view);
        String more = found.size() == 1
                ? ""
                : "\n" + (found.size() - 1) + " more requests have this id, which their clients chose.\n";
        return RequestText.of(view) + more;
    }

    private String trace(Context ctx) {
        if (recordings == null) return text(404, OFF, ctx);
        List<Recorder> found = recordings.find(ctx.pathParam("id"));
        if (found.isEmpty()) return text(404, UNKNOWN, ctx);
        ctx.contentType("application/json")
                .header("Content-Disposition",
                        "attachment; filename=\"trace-" + found.getFirst().id() + ".json\"");
        return TraceEvents.of(RequestView.of(found.getFirst())).toString();
    }

    private String where(Context ctx) {
        if (recordings == null) return text(404, OFF, ctx);
        ctx.contentType("application/json");
        return Json.pretty(Whereabouts.of(recordings));
    }

    private void cancel(Context ctx) {
        gate.checkChangeOfPage(ctx);
        List<Recorder> found = recordings == null ? List.of() : recordings.find(ctx.pathParam("id"));
        if (found.isEmpty()) throw new HttpResponseException(404, "", Map.of());
        boolean cancelled = found.getFirst().cancel();
        ctx.contentType("application/json").status(cancelled ? 202 : 409)
                .result(cancelled ? "{\"result\":\"cancelled\"}\n" : "{\"result\":\"not_running\"}\n");
    }

    private static String text(int status, String text, Context ctx) {
        ctx.status(status).contentType("text/plain; charset=utf-8");
        return text;
    }

    /// Sets the type of the answer: JSON if the client asks for it, else text.
    private static boolean json(Context ctx) {
        String accept = ctx.header("Accept");
        boolean json = accept != null && accept.contains("application/json");
        ctx.header("Vary", "Accept").contentType(json ? "application/json" : "text/plain; charset=utf-8");
        return json;
    }
}
