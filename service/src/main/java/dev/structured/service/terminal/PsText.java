package dev.structured.service.terminal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The requests in flight, as a tree: route, part, the reason why the part waits, and below that the
/// requests, those with the least time left first.
///
/// ```
/// GET /products/{id}  3
/// ├─ reviews  2
/// │  └─ first byte  2
/// │     ├─ 1cc4a1d2  120 ms of 800 ms, 680 ms left
/// │     └─ 77ab01ff  90 ms of 800 ms, 710 ms left
/// └─ the answer  1
///    └─ writing  1
///       └─ 0a11c2d3  12 ms of 800 ms, 788 ms left
/// ```
final class PsText {
    private final List<String> lines = new ArrayList<>();

    private PsText() {}

    /// Returns the lines.
    ///
    /// @param route the name of the only route to show, or its path; null for all
    static List<String> of(JsonNode tick, @Nullable String route) {
        PsText text = new PsText();
        Map<String, List<JsonNode>> listed = byPlace(tick);
        int shown = 0;
        int requests = 0;
        for (JsonNode each : tick.path("where").path("routes")) {
            if (!isWanted(Figures.text(each.path("name")), route)) continue;
            shown += each.path("count").asInt();
            requests += text.route(each, listed);
        }
        text.end(shown, requests, route);
        return text.lines;
    }

    /// Returns the ids of the requests in flight, those with the least time left first.
    static List<String> ids(JsonNode tick, @Nullable String route) {
        List<String> ids = new ArrayList<>();
        for (JsonNode each : tick.path("running")) {
            if (isWanted(Figures.text(each.path("route")), route)) ids.add(Figures.text(each.path("id")));
        }
        return ids;
    }

    private static boolean isWanted(String name, @Nullable String route) {
        return route == null || name.equals(route) || name.endsWith(" " + route);
    }

    private static Map<String, List<JsonNode>> byPlace(JsonNode tick) {
        Map<String, List<JsonNode>> all = new TreeMap<>();
        for (JsonNode each : tick.path("running")) {
            String waitsFor = Figures.text(each.path("waitsFor"));
            String place = Figures.text(each.path("route")) + "\n"
                    + (waitsFor.contains(": ") ? waitsFor : ": " + waitsFor);
            all.computeIfAbsent(place, _ -> new ArrayList<>()).add(each);
        }
        return all;
    }

    private int route(JsonNode route, Map<String, List<JsonNode>> listed) {
        String name = Figures.text(route.path("name"));
        lines.add((name.equals("-") ? "(no route yet)" : name) + "  " + route.path("count").asText());
        int requests = 0;
        List<JsonNode> parts = list(route.path("parts"));
        for (JsonNode part : parts) requests += part(name, part, part == parts.getLast(), listed);
        return requests;
    }

    private int part(String route, JsonNode part, boolean last, Map<String, List<JsonNode>> listed) {
        String name = Figures.text(part.path("name"));
        branch("", last, (name.isEmpty() ? "the answer" : name) + "  " + part.path("count").asText());
        int requests = 0;
        List<JsonNode> waits = list(part.path("waits"));
        String indent = last ? "   " : "│  ";
        for (JsonNode wait : waits) {
            boolean lastWait = wait == waits.getLast();
            branch(indent, lastWait, Figures.text(wait.path("name")) + "  " + wait.path("count").asText());
            List<JsonNode> here = listed.getOrDefault(
                    route + "\n" + name + ": " + Figures.text(wait.path("name")), List.of());
            for (JsonNode each : here) {
                branch(indent + (lastWait ? "   " : "│  "), each == here.getLast(), request(each));
            }
            requests += here.size();
        }
        return requests;
    }

    private void branch(String indent, boolean last, String words) {
        lines.add(indent + (last ? "└─ " : "├─ ") + words);
    }

    private static List<JsonNode> list(JsonNode array) {
        List<JsonNode> all = new ArrayList<>();
        array.forEach(all::add);
        return all;
    }

    private static String request(JsonNode request) {
        double ms = request.path("ms").asDouble();
        JsonNode deadline = request.path("deadlineMs");
        String time = Figures.time(ms);
        if (deadline.isNumber()) {
            time += " of " + Figures.time(deadline.asDouble()) + ", "
                    + Figures.time(Math.max(0, deadline.asDouble() - ms)) + " left";
        }
        return Figures.text(request.path("id")) + "  " + time;
    }

    private void end(int shown, int requests, @Nullable String route) {
        if (shown == 0) {
            lines.add(route == null
                    ? "No request is in flight."
                    : "No request of '" + route + "' is in flight; without --route, all are shown.");
        } else if (requests < shown) {
            lines.add("(" + (shown - requests) + " more are counted above and not listed)");
        }
    }
}
