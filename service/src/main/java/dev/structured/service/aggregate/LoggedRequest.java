package dev.structured.service.aggregate;

import dev.structured.core.Scheduler;
import dev.structured.core.TaskLocal;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.record.Trace;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The request that a task works for, so that a line of the log can name it. Every task of a request inherits
/// it.
///
/// @param route the route whose page is made
public record LoggedRequest(PageRequest request, RouteConfig route) {
    private static final TaskLocal<@Nullable LoggedRequest> CURRENT = new TaskLocal<>("logged request", null);

    /// Sets the request of the calling task, and of the tasks that it starts from here on.
    static void set(PageRequest request, RouteConfig route) {
        CURRENT.set(new LoggedRequest(request, route));
    }

    /// Returns the facts about the calling task's request for the log: `request`, `route`, `trace`. Empty if
    /// the thread works for no request.
    public static Map<String, String> facts() {
        LoggedRequest known = Scheduler.currentOrNull() == null ? null : CURRENT.get();
        if (known == null) return Map.of();
        Map<String, String> facts = new HashMap<>();
        facts.put("request", known.request.id());
        facts.put("route", known.route.name());
        String trace = known.request.origin().traceparent();
        if (trace != null) facts.put("trace", Trace.idOf(trace));
        return facts;
    }
}
