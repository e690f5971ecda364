package dev.structured.service.view;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Selects the requests of a list.
///
/// @param which `running`, `kept` or `all`
/// @param route the route's name, or its path; null for any
/// @param outcome one word, that of the log line; null for any
/// @param reason the reason why a part is missing; null for any
/// @param waits what a request in flight waits for: a part, or one with its reason, as in
///     `reviews: first byte`; `-` for no part; null for any
/// @param minMs the least time that it took, in milliseconds
/// @param limit the most rows
public record RequestFilter(String which, @Nullable String route, @Nullable String outcome,
        @Nullable String reason, @Nullable String waits, double minMs, int limit) {
    /// The most rows of a list.
    public static final int MOST = 200;
    private static final int PRESET = 50;
    private static final Set<String> KEYS = Set.of("which", "route", "outcome", "reason", "waits", "min",
            "limit");
    private static final Set<String> WHICH = Set.of("running", "kept", "all");

    /// Shows the last ones of all requests.
    public static final RequestFilter ALL = new RequestFilter("all", null, null, null, null, 0, PRESET);

    /// Returns the filter of a query.
    ///
    /// @throws IllegalArgumentException if the query is not valid; the message is for the user
    public static RequestFilter of(Map<String, List<String>> query) {
        for (String key : query.keySet()) {
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException("There is no filter '" + printable(key)
                        + "'; there are which, route, outcome, reason, waits, min and limit");
            }
        }
        String which = first("which", query);
        if (which != null && !WHICH.contains(which)) {
            throw new IllegalArgumentException("'which' is running, kept or all");
        }
        return new RequestFilter(which == null ? "all" : which, first("route", query),
                first("outcome", query), first("reason", query), first("waits", query),
                number("min", 0, 1e9, 0, query), (int) number("limit", 1, MOST, PRESET, query));
    }

    private static @Nullable String first(String key, Map<String, List<String>> query) {
        List<String> values = query.get(key);
        return values == null || values.getFirst().isEmpty() ? null : values.getFirst();
    }

    private static double number(String key, double least, double most, double preset,
            Map<String, List<String>> query) {
        String text = first(key, query);
        if (text == null) return preset;
        try {
            double number = Double
                    .parseDouble(text.endsWith("ms") ? text.substring(0, text.length() - 2) : text);
            if (number >= least && number <= most) return number;
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("'" + key + "' is a number from " + (long) least + " to "
                + (long) most + (key.equals("min") ? ", in milliseconds" : ""));
    }

    private static String printable(String text) {
        return text.replaceAll("[^A-Za-z0-9_.-]", "?");
    }

    boolean showsRunning() {
        return !which.equals("kept");
    }

    boolean showsKept() {
        return !which.equals("running");
    }

    boolean matches(RequestRow row) {
        return (route == null || row.route().equals(route) || row.route().endsWith(" " + route))
                && (outcome == null || row.outcome().equals(outcome))
                && (reason == null || row.hasReason(reason))
                && (waits == null || row.waits(waits))
                && row.ms() >= minMs;
    }
}
