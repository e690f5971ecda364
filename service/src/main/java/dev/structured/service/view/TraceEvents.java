package dev.structured.service.view;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One request in the trace-event format, which Perfetto (ui.perfetto.dev) and `chrome://tracing` open: a row
/// for the request, and one for each part and each attempt. Cancellations are arrows.
public final class TraceEvents {
    private static final int PROCESS = 1;
    private static final int REQUEST_ROW = 1;

    private final RequestView request;
    private final ArrayNode events = JsonNodeFactory.instance.arrayNode();
    private final Map<String, Integer> rows = new HashMap<>();
    private int arrows;

    private TraceEvents(RequestView request) {
        this.request = request;
    }

    /// Returns the JSON object.
    public static ObjectNode of(RequestView request) {
        ObjectNode trace = JsonNodeFactory.instance.objectNode();
        trace.set("traceEvents", new TraceEvents(request).all());
        trace.put("displayTimeUnit", "ms");
        trace.putObject("otherData").put("id", request.id()).put("sentence", request.sentence());
        return trace;
    }

    private ArrayNode all() {
        named("process_name", REQUEST_ROW, request.id());
        named("thread_name", REQUEST_ROW, "request");
        slice(request.route(), "request", REQUEST_ROW, 0, request.ms()).put("outcome", request.outcome())
                .put("sentence", request.sentence());
        for (PartView part : request.parts()) part(part);
        for (Cancellation each : request.cancellations()) arrow(each);
        return events;
    }

    private void part(PartView part) {
        int row = row(part.name(), null);
        named("thread_name", row, part.name());
        if (part.startMs() == null) return;
        slice(part.name(), "part", row, part.startMs(), part.endMs()).put("state", part.state())
                .put("reason", part.reason());
        for (AttemptView attempt : part.attempts()) attempt(part, attempt);
    }

    private void attempt(PartView part, AttemptView attempt) {
        int row = row(part.name(), attempt.number());
        named("thread_name", row, part.name() + " #" + attempt.number());
        slice(attempt.kind(), "attempt", row, attempt.startMs(), attempt.endMs())
                .put("endpoint", attempt.endpoint()).put("outcome", attempt.outcome());
        for (AttemptView.Phase phase : attempt.phases()) {
            slice(phase.name(), "phase", row, phase.fromMs(), phase.toMs());
        }
    }

    private int row(String part, @Nullable Integer attempt) {
        return rows.computeIfAbsent(part + "#" + attempt, _ -> rows.size() + REQUEST_ROW + 1);
    }

    private void named(String what, int row, String name) {
        event("M", what, row, 0).putObject("args").put("name", name);
    }

    private ObjectNode slice(String name, String category, int row, double from, @Nullable Double to) {
        double end = to == null ? request.ms() : to;
        ObjectNode event = event("X", name, row, from);
        event.put("cat", category).put("dur", Math.max(0, Math.round((end - from) * 1_000)));
        return event.putObject("args");
    }

    private void arrow(Cancellation each) {
        arrows++;
        Integer from = rows.get(each.from() + "#" + each.fromAttempt());
        event("s", each.reason(), from == null ? REQUEST_ROW : from, each.atMs()).put("cat", "cancel")
                .put("id", arrows);
        event("f", each.reason(), row(each.part(), each.attempt()), each.atMs()).put("cat", "cancel")
                .put("id", arrows).put("bp", "e");
    }

    private ObjectNode event(String phase, String name, int row, double atMs) {
        return events.addObject().put("ph", phase).put("name", name).put("pid", PROCESS).put("tid", row)
                .put("ts", Math.round(atMs * 1_000));
    }
}
