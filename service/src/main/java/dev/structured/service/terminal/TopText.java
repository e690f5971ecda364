package dev.structured.service.terminal;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// One view of the whole service: routes, downstreams, the places of requests, and findings.
final class TopText {
    private static final int SECONDS = 10;
    private static final int BAR = 24;
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    /// A route, with the requests in flight.
    private record Route(String name, double rate, double p50, double p99, int inFlight, double requests,
            double partial, double failed, double shed) {}

    /// The orders of routes: the greatest first, names from A on.
    private static final Map<String, Comparator<Route>> ORDERS = Map.of( //
            "rate", Comparator.comparingDouble(Route::rate).reversed(), //
            "p99", Comparator.comparingDouble(Route::p99).reversed(), //
            "in-flight", Comparator.comparingInt(Route::inFlight).reversed(), //
            "name", Comparator.comparing(Route::name));

    private final JsonNode tick;
    private final List<String> lines = new ArrayList<>();

    private TopText(JsonNode tick) {
        this.tick = tick;
    }

    /// Returns the lines.
    ///
    /// @param order one of [Terminal.TopView#ORDERS]
    /// @param zone the time zone of the printed time
    static List<String> of(JsonNode tick, String order, String source, ZoneId zone) {
        TopText text = new TopText(tick);
        List<Route> routes = text.routes(order);
        text.head(routes, source, zone);
        text.routeTable(routes);
        text.downstreams();
        text.where();
        text.lints();
        return text.lines;
    }

    private List<Route> routes(String order) {
        Map<String, Route> all = new TreeMap<>();
        for (JsonNode each : tick.path("routes")) {
            String name = Figures.text(each.path("route"));
            double requests = each.path("requests").asDouble();
            all.put(name, new Route(name, requests / SECONDS, each.path("p50").asDouble(),
                    each.path("p99").asDouble(), 0, requests, each.path("partial").asDouble(),
                    each.path("failed").asDouble(), each.path("shed").asDouble() / SECONDS));
        }
        for (JsonNode each : tick.path("where").path("routes")) {
            String name = Figures.text(each.path("name"));
            int count = each.path("count").asInt();
            Route known = all.getOrDefault(name, new Route(name, 0, 0, 0, 0, 0, 0, 0, 0));
            all.put(name, new Route(name, known.rate, known.p50, known.p99, count, known.requests,
                    known.partial, known.failed, known.shed));
        }
        List<Route> sorted = new ArrayList<>(all.values());
        sorted.sort(
                Objects.requireNonNull(ORDERS.get(order), order).thenComparing(Route::name));
        return sorted;
    }

    private void head(List<Route> routes, String source, ZoneId zone) {
        double rate = routes.stream().mapToDouble(Route::rate).sum();
        JsonNode where = tick.path("where");
        int total = where.path("total").asInt();
        lines.add(source + "  "
                + CLOCK.format(Instant.ofEpochMilli(tick.path("atMs").asLong()).atZone(zone)) + "  "
                + Figures.rate(rate) + " requests/s, " + total + " in flight"
                + (total == 0
                        ? ""
                        : ", the oldest for " + Figures.time(where.path("oldestMs").asDouble())));
        lines.add("");
    }

    private void routeTable(List<Route> routes) {
        Columns table = new Columns("lrrrrrrr", "ROUTE", "REQ/S", "P50", "P99", "IN FLIGHT", "PARTIAL",
                "FAILED",
                "SHED/S");
        for (Route each : routes) {
            table.row(each.name.equals("-") ? "(no route)" : each.name, Figures.rate(each.rate),
                    each.requests == 0 ? "-" : Figures.time(each.p50),
                    each.requests == 0 ? "-" : Figures.time(each.p99), Integer.toString(each.inFlight),
                    Figures.share(each.partial, each.requests), Figures.share(each.failed, each.requests),
                    Figures.rate(each.shed));
        }
        lines.addAll(table.lines());
        if (routes.isEmpty()) lines.add("(no request in the last ten seconds)");
        lines.add("");
    }

    private void downstreams() {
        Columns table = new Columns("lrrrrrrrl", "DOWNSTREAM", "CALLS", "LIMIT", "QUEUED", "FAILED", "P50",
                "P99",
                "HEDGES WON", "BREAKER");
        for (JsonNode each : tick.path("downstreams")) {
            double attempts = each.path("attempts").asDouble();
            JsonNode breaker = each.path("breaker");
            table.row(Figures.text(each.path("name")), each.path("inFlight").asText(),
                    each.path("limit").asText(),
                    each.path("queued").asText(), Figures.share(each.path("failures").asDouble(), attempts),
                    attempts == 0 ? "-" : Figures.time(each.path("p50").asDouble()),
                    attempts == 0 ? "-" : Figures.time(each.path("p99").asDouble()),
                    each.path("hedged").asInt() == 0
                            ? "-"
                            : each.path("hedgesWon").asText() + " of " + each.path("hedged").asText(),
                    breaker.isNull() ? "none" : Figures.text(breaker));
        }
        lines.addAll(table.lines());
        lines.add("");
    }

    private void where() {
        JsonNode where = tick.path("where");
        int total = where.path("total").asInt();
        if (total == 0) return;
        Columns table = new Columns("lrl", "WHERE REQUESTS ARE", "NOW", "");
        for (JsonNode route : where.path("routes")) {
            row(route, "", total, table);
            for (JsonNode part : route.path("parts")) {
                row(part, "  ", total, table);
                for (JsonNode wait : part.path("waits")) row(wait, "    ", total, table);
            }
        }
        lines.addAll(table.lines());
        lines.add("");
    }

    private static void row(JsonNode node, String indent, int total, Columns table) {
        int count = node.path("count").asInt();
        String name = Figures.text(node.path("name"));
        String shown = name.isEmpty() ? "the answer" : name.equals("-") ? "(no route)" : name;
        int length = Math.max(1, Math.round((float) BAR * count / Math.max(1, total)));
        table.row(indent + shown, Integer.toString(count), "█".repeat(Math.min(BAR, length)));
    }

    private void lints() {
        if (tick.path("lints").isEmpty()) {
            lines.add("Nothing looks wrong in the last two minutes.");
            return;
        }
        lines.add("WHAT LOOKS WRONG");
        for (JsonNode each : tick.path("lints")) {
            lines.add(Figures.text(each.path("about")) + ": " + Figures.text(each.path("text")));
        }
    }
}
