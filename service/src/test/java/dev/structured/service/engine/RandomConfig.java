package dev.structured.service.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Writes random configurations that the reader takes: downstreams, pages of parts that need each other,
/// batches.
///
/// Answers are thought to have the fields `id`, `name`, `list`, `flag`, `n`, and `deep` with the same again.
final class RandomConfig {
    static final List<String> DOWNSTREAMS = List.of("alpha", "beta", "gamma");

    /// What may be in it.
    enum Weather {
        /// Everything.
        ROUGH,
        /// Much time, long queues, no breakers: where downstreams answer, nothing has a reason to be missing.
        CALM,
        /// Nothing whose outcome depends on when something happens.
        TIMELESS
    }

    private final RandomGenerator random;
    private final Weather weather;
    private final Map<String, Boolean> stale = new TreeMap<>();

    RandomConfig(RandomGenerator random, Weather weather) {
        this.random = random;
        this.weather = weather;
    }

    /// Returns the text of a file.
    String text() {
        StringBuilder text = new StringBuilder("downstreams:\n");
        for (String name : DOWNSTREAMS)
            text.append("  ").append(name).append(": ").append(downstream(name))
                    .append('\n');
        text.append("routes:\n");
        int pages = 1 + random.nextInt(2);
        for (int i = 0; i < pages; i++) page(i, text);
        if (oneIn(3)) text.append("""
                  - path: /batch
                    method: POST
                    deadline: %s
                    body: {fields: {ids: {type: array, required: true}}}
                    batch: {route: '/page0/{id}', items: '${body.ids}', atMost: 4, atOnce: 2}
                """.formatted(deadline() + "ms"));
        return text.toString();
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    private boolean isRough() {
        return weather == Weather.ROUGH;
    }

    private int deadline() {
        return isRough() ? 60 + random.nextInt(240) : 60_000;
    }

    /* --- Downstreams --- */

    private String downstream(String name) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("url", "'http://" + name + ":1'");
        int most = 1 + random.nextInt(4);
        keys.put("maxConnections", weather == Weather.TIMELESS ? "1000" : "" + most);
        keys.put("maxQueued", isRough() ? "" + random.nextInt(5) : "1000");
        if (oneIn(2)) keys.put("coalesce", "true");
        if (weather != Weather.TIMELESS) changing(keys, most);
        stale.put(name, keys.getOrDefault("cache", "").contains("staleFor: 1min"));
        return keys.toString().replace("=", ": ");
    }

    private void changing(Map<String, String> keys, int most) {
        if (oneIn(3)) keys.put("adaptiveLimit", "{min: 1, start: " + (1 + random.nextInt(most)) + "}");
        if (isRough() && oneIn(2))
            keys.put("breaker", "{window: 4, minCalls: " + (2 + random.nextInt(3))
                    + ", openFor: " + (20 + random.nextInt(100)) + "ms, trialCalls: "
                    + (1 + random.nextInt(2))
                    + "}");
        if (oneIn(2)) keys.put("retry", "{attempts: " + (2 + random.nextInt(2)) + ", base: 5ms, cap: 20ms}");
        if (oneIn(2))
            keys.put("hedge", oneIn(3)
                    ? "p90"
                    : "{after: " + (1 + random.nextInt(25)) + "ms, attempts: " + (2 + random.nextInt(2))
                            + "}");
        int burst = 1 + random.nextInt(4);
        if (keys.containsKey("retry") || keys.containsKey("hedge"))
            keys.put("extra", "{share: 20%, burst: " + burst + "}");
        if (oneIn(2))
            keys.put("cache", "{freshFor: " + (oneIn(2) ? "0ms" : "30ms") + ", staleFor: "
                    + (oneIn(3) ? "0ms" : "1min") + "}");
    }

    /* --- Pages --- */

    /// A part on its way to the file.
    private static final class Written {
        final String name;
        final Map<String, String> keys = new LinkedHashMap<>();
        final List<Written> needs = new ArrayList<>();
        boolean required;
        boolean alwaysThere;
        boolean wanted;

        Written(String name) {
            this.name = name;
        }
    }

    private void page(int number, StringBuilder text) {
        int deadline = deadline();
        List<Written> parts = new ArrayList<>();
        for (int i = random.nextInt(1, 6); i > 0; i--) parts.add(part("p" + parts.size(), parts, deadline));
        String quorum = quorum(parts);
        for (Written part : parts) {
            boolean placed = part.keys.containsKey("merge") || part.keys.containsKey("group")
                    || part.keys.containsKey("as");
            if (part.wanted && !placed && oneIn(4)) part.keys.put("show", "false");
        }
        Collections.shuffle(parts, new Random(random.nextLong()));
        text.append("  - path: /page").append(number).append("/{id}\n    deadline: ").append(deadline)
                .append("ms\n    params: {q: {type: integer}}\n    query: [lang]\n    parts:\n");
        for (Written part : parts) {
            text.append("      ").append(part.name).append(": ")
                    .append(part.keys.toString().replace("=", ": "))
                    .append('\n');
        }
        text.append(quorum);
    }

    private String quorum(List<Written> parts) {
        List<Written> of = new ArrayList<>();
        for (Written part : parts) {
            if (!part.required && !oneIn(3)) of.add(part);
        }
        if (of.isEmpty() || !oneIn(2)) return "";
        of.forEach(part -> part.wanted = true);
        List<String> names = of.stream().map(part -> part.name).toList();
        String rest = weather != Weather.TIMELESS && oneIn(2) ? "cancel" : "wait";
        return "    quorum: {some: {need: " + (1 + random.nextInt(of.size())) + ", of: " + names + ", rest: "
                + rest + "}}\n";
    }

    private Written part(String name, List<Written> others, int deadline) {
        Written part = new Written(name);
        boolean fixed = oneIn(8);
        String path = "/" + name;
        if (!fixed && oneIn(2)) path += "/${id}";
        if (!fixed && oneIn(6)) part.keys.put("query", "{lang: x, q: '${q}'}");
        for (Written other : others) {
            if (!oneIn(3) || part.needs.size() == 2) continue;
            part.needs.add(other);
            other.wanted = true;
            if (fixed) {
                part.keys.put("when", "'${" + other.name + ".flag}'");
                break;
            }
            // What stands there already makes it a field of the path: each need is to have a place.
            String there = switch (random.nextInt(6)) {
                case 0 -> part.keys.putIfAbsent("when", "'" + condition(other.name) + "'");
                case 1 -> part.keys.putIfAbsent("needs", "[" + other.name + "]");
                case 2 -> part.keys.putIfAbsent("query", "{name: '${" + other.name + ".name}'}");
                case 3 -> part.keys.putIfAbsent("headers", "{X-Name: '${" + other.name + ".name}'}");
                default -> "";
            };
            if (there != null) path += "/${" + other.name + ".id}";
        }
        if (part.needs.isEmpty() && oneIn(8)) part.keys.put("when", "'${q}'");
        if (fixed) {
            part.keys.put("value", "{id: 7, name: fixed, list: [1, 2], flag: true}");
            part.alwaysThere = part.needs.stream().allMatch(need -> need.alwaysThere);
            return part;
        }
        asked(part, path, others);
        outcome(part);
        if (isRough()) times(part, deadline);
        shape(part);
        return part;
    }

    private String condition(String other) {
        return switch (random.nextInt(3)) {
            case 0 -> "${" + other + ".flag}";
            case 1 -> "not ${" + other + ".flag}";
            default -> "${" + other + ".id} > 500";
        };
    }

    private void asked(Written part, String path, List<Written> others) {
        Map<String, String> keys = part.keys;
        keys.put("from", DOWNSTREAMS.get(random.nextInt(DOWNSTREAMS.size())));
        if (!others.isEmpty() && oneIn(4)) {
            Written list = others.get(random.nextInt(others.size()));
            list.wanted = true;
            part.needs.add(list);
            keys.put("each", "'${" + list.name + ".list}'");
            path += "/${item}";
            keys.put("atOnce", "" + (1 + random.nextInt(3)));
            keys.put("atMost", "" + (2 + random.nextInt(9)));
            int most = weather == Weather.TIMELESS ? 2 : 3;
            keys.put("onElementFailure", List.of("null", "omit", "fail").get(random.nextInt(most)));
        }
        keys.put("path", "'" + path + "'");
        if (!oneIn(8)) return;
        keys.put("method", "POST");
        if (!part.needs.isEmpty()) keys.put("body", "{to: '${" + part.needs.getFirst().name + ".id}', x: 1}");
        if (oneIn(2)) {
            keys.put("retry", "false");
            keys.put("hedge", "false");
        } else {
            keys.put("idempotencyKey", "'k-${request.id}'");
        }
    }

    private void outcome(Written part) {
        Map<String, String> keys = part.keys;
        boolean mayBeRequired = part.needs.stream().allMatch(need -> need.alwaysThere);
        boolean mayBeStale = !keys.containsKey("method") && !keys.containsKey("each")
                && stale.getOrDefault(keys.get("from"), false);
        switch (random.nextInt(6)) {
            case 0 -> keys.put("onFailure", "omit");
            case 1 -> keys.put("onFailure", "'null'");
            case 2 -> {
                keys.put("onFailure", "fallback");
                keys.put("fallback", "{id: 8, name: instead, list: [3], flag: false}");
            }
            case 3 -> {
                if (mayBeStale) keys.put("onFailure", "stale");
            }
            default -> part.required = mayBeRequired && oneIn(2);
        }
        if (part.required) {
            keys.put("required", "true");
            if (mayBeStale && oneIn(2)) keys.put("onFailure", "stale");
            if (oneIn(2)) keys.put("statuses", "{409: 409}");
        }
        part.alwaysThere = part.required || "fallback".equals(keys.get("onFailure"));
    }

    private void times(Written part, int deadline) {
        switch (random.nextInt(8)) {
            case 0, 1 -> part.keys.put("budget", (10 + random.nextInt(deadline - 20)) + "ms");
            case 2 -> part.keys.put("budget", (20 + random.nextInt(60)) + "%");
            case 3 -> part.keys.put("budget", "remaining - " + (5 + random.nextInt(30)) + "ms");
            default -> {
                // as long as the page
            }
        }
        if (oneIn(6)) part.keys.put("minBudget", (1 + random.nextInt(9)) + "ms");
    }

    private void shape(Written part) {
        Map<String, String> keys = part.keys;
        boolean each = keys.containsKey("each");
        switch (random.nextInt(12)) {
            case 0 -> keys.put("target", "deep");
            case 1 -> keys.put("allow", "[id, n, list]");
            case 2 -> keys.put("deny", "[deep.name, flag]");
            case 3 -> {
                keys.put("allow", "[id, n]");
                keys.put("rename", "{id: key}");
            }
            case 4 -> {
                if (each || keys.containsKey("fallback")) return;
                keys.put("allow", "[id, name]");
                keys.put("rename", "{id: id_" + part.name + ", name: name_" + part.name + "}");
                keys.put("merge", "true");
            }
            case 5 -> {
                if (!each) return;
                keys.put("target", "list");
                keys.put("flatten", "true");
            }
            case 6 -> keys.put("as", "as_" + part.name);
            case 7 -> keys.put("group", "all");
            case 8 -> {
                if (!each) keys.put("responseHeaders", "[x-of-" + part.name + "]");
            }
            default -> {
                // as it is
            }
        }
    }
}
