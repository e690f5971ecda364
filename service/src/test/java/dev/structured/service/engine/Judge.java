package dev.structured.service.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PartFailure;
import dev.structured.service.aggregate.PartFailure.Instead;
import dev.structured.service.config.FailureConfig.OnFailure;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.PartSource;
import dev.structured.service.config.QuorumConfig;
import dev.structured.service.config.RouteConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Says whether an outcome is what it must be: every field comes from a call that was made for it, and what
/// is not there is explained by something that has happened.
final class Judge {
    private final World world;
    private final Request request;
    private final RouteConfig route;
    private final long deadline;
    private final String id;
    private final @Nullable Map<String, String> words;

    /// @param deadline before which nothing is late
    /// @param words what the observer was told of each part; null if that is not known
    Judge(World world, Request request, RouteConfig route, long deadline, String id,
            @Nullable Map<String, String> words) {
        this.world = world;
        this.request = request;
        this.route = route;
        this.deadline = deadline;
        this.id = id;
        this.words = words;
    }

    void judge(Outcome outcome) {
        switch (outcome) {
            case Outcome.Complete complete -> page(complete.page(), notNeeded(route, complete.page()),
                    complete.headers());
            case Outcome.Partial partial -> page(partial.page(), partial.missing(), partial.headers());
            case Outcome.Failed(PartFailure failure, int status) -> failed(failure, status);
            case Outcome.Batch batch -> throw new AssertionError("a batch: " + batch);
        }
    }

    /// Returns what a complete page says that it did not need.
    static List<PartFailure> notNeeded(RouteConfig route, ObjectNode page) {
        List<PartFailure> parts = new ArrayList<>();
        page.path(RouteConfig.MISSING).properties().forEach(field -> {
            assertEquals("not_needed", field.getValue().path("reason").asText(),
                    "missing in a complete page");
            String instead = field.getValue().path("instead").asText("nothing").toUpperCase(Locale.ROOT);
            parts.add(new PartFailure(field.getKey(), route.part(field.getKey()).downstream(),
                    ErrorType.NOT_NEEDED,
                    null, ErrorType.NOT_NEEDED.words()).with(Instead.valueOf(instead)));
        });
        return parts;
    }

    /* --- No page --- */

    private void failed(PartFailure failure, int status) {
        assertTrue(status >= 400 && status < 600, () -> "status " + status);
        if (failure.part().equals("item")) {
            assertTrue(failure.type() == ErrorType.DEADLINE_EXCEEDED
                    || failure.type() == ErrorType.BAD_PARAMETER);
            return;
        }
        assertEquals(Instead.NOTHING, failure.instead());
        QuorumConfig quorum = route.quorum().get(failure.part());
        if (failure.type() == ErrorType.QUORUM && quorum != null) {
            assertMissed(quorum);
        } else {
            PartConfig part = route.part(failure.part());
            assertTrue(part.isRequired(), () -> "no page for want of an optional part: " + failure);
            explain(part, failure);
        }
    }

    private void assertMissed(QuorumConfig quorum) {
        if (words == null) return;
        assertFalse(quorum.of().stream().anyMatch(name -> "not_needed".equals(words.get(name))),
                () -> "stopped as not needed, and then too few: " + words);
        if (isOver()) return;
        long there = quorum.of().stream().filter(name -> isThere(words.getOrDefault(name, ""))).count();
        assertTrue(there < quorum.need(), () -> "enough of " + quorum + " were there: " + words);
    }

    private static boolean isThere(String word) {
        return Set.of("ok", "partial", "stale").contains(word);
    }

    private boolean isOver() {
        return world.simulation.scheduler().nanoTime() >= deadline;
    }

    /* --- A page --- */

    private void page(ObjectNode page, List<PartFailure> missing, Map<String, String> headers) {
        Map<String, PartFailure> failures = new HashMap<>();
        missing.forEach(failure -> assertNull(failures.put(failure.part(), failure), "missing twice"));
        assertListed(page, missing);
        Map<String, JsonNode> values = new HashMap<>();
        Set<String> there = new HashSet<>();
        for (PartConfig part : route.parts().values()) {
            PartFailure failure = failures.get(part.name());
            if (failure != null) explain(part, failure);
            if (part.isRequired())
                assertTrue(failure == null || failure.instead() != Instead.NOTHING, part.name());
            if (words != null) assertWord(words.get(part.name()), failure);
            JsonNode field = field(part, page);
            assertFalse(field != null && part.place().group() == null && part.place().as() == null
                    && part.place().merge());
            if (isPlain(part) && field != null) values.put(part.name(), field);
            if (failure == null
                    ? isAsked(part, field)
                    : failure.instead() == Instead.STALE || failure.instead() == Instead.REST) {
                there.add(part.name());
            }
        }
        for (PartConfig part : route.parts().values()) {
            if (isInPlace(part)) judge(part, field(part, page), failures.get(part.name()), values);
        }
        for (QuorumConfig quorum : route.quorum().values()) {
            long count = quorum.of().stream().filter(there::contains).count();
            assertTrue(count >= quorum.need(), () -> "a page without " + quorum + ": " + page + words);
        }
        assertOrder(page);
        headers.forEach((name, value) -> {
            String part = name.substring("x-of-".length());
            assertTrue(value.startsWith(route.part(part).downstream() + " "), () -> name + ": " + value);
        });
    }

    private boolean isAsked(PartConfig part, @Nullable JsonNode field) {
        if (words != null) return !"not_asked".equals(words.get(part.name()));
        return field != null || !isInPlace(part);
    }

    private static void assertListed(ObjectNode page, List<PartFailure> missing) {
        JsonNode listed = page.path(RouteConfig.MISSING);
        List<String> names = new ArrayList<>();
        listed.fieldNames().forEachRemaining(names::add);
        assertEquals(missing.stream().map(PartFailure::part).toList(), names);
        for (PartFailure failure : missing) {
            assertEquals(failure.type().label(), listed.path(failure.part()).path("reason").asText());
            assertFalse(listed.path(failure.part()).path("detail").asText().isBlank());
        }
    }

    private void assertWord(@Nullable String word, @Nullable PartFailure failure) {
        if (word == null) return; // the time had passed on arrival
        Set<String> expected = failure == null
                ? Set.of("ok", "not_asked")
                : failure.type() == ErrorType.DEADLINE_EXCEEDED
                        ? Set.of("deadline_exceeded")
                        : switch (failure.instead()) {
                            case FALLBACK -> Set.of("fallback");
                            case STALE -> Set.of("stale");
                            case REST -> Set.of("partial");
                            case NOTHING -> Set.of(failure.type().label(), "skipped");
                        };
        assertTrue(expected.contains(word), () -> failure + " was told as " + word);
    }

    /// The fields stand in the order of the file.
    private void assertOrder(ObjectNode page) {
        List<String> expected = new ArrayList<>();
        for (PartConfig part : route.parts().values()) {
            if (isInPlace(part) && part.place().group() == null && page.has(name(part)))
                expected.add(name(part));
        }
        List<String> found = new ArrayList<>();
        page.fieldNames().forEachRemaining(found::add);
        List<String> rest = new ArrayList<>(found);
        found.retainAll(expected);
        assertEquals(expected, found);
        rest.removeAll(expected);
        for (String name : rest) {
            assertTrue(name.equals("missing") || name.equals("all") || name.matches("(id|name)_p[0-9]"),
                    () -> "a field of nobody: " + name);
        }
    }

    /* --- One part --- */

    private static boolean isInPlace(PartConfig part) {
        return part.place().show() && !part.place().merge();
    }

    private static String name(PartConfig part) {
        String as = part.place().as();
        return as == null ? part.name() : as;
    }

    private static @Nullable JsonNode field(PartConfig part, ObjectNode page) {
        String group = part.place().group();
        return (group == null ? page : page.path(group)).get(name(part));
    }

    /// Whether the page has all that the other parts see of it.
    private static boolean isPlain(PartConfig part) {
        return isInPlace(part) && part.shape().allow().isEmpty() && part.shape().deny().isEmpty()
                && !part.shape().flatten();
    }

    private void judge(PartConfig part, @Nullable JsonNode field, @Nullable PartFailure failure,
            Map<String, JsonNode> values) {
        if (failure == null && field == null) {
            assertTrue(mayBeUnasked(part), () -> part.name() + " is not there, and not missing");
        } else if (failure != null && failure.instead() == Instead.NOTHING) {
            assertTrue(
                    part.failure().onFailure() == OnFailure.OMIT
                            ? field == null
                            : field != null && field.isNull(),
                    () -> part.name() + " is missing, but is " + field);
        } else if (failure != null && failure.instead() == Instead.FALLBACK) {
            assertEquals(part.failure().fallback(), field);
        } else if (part.value() != null) {
            assertEquals(part.value(), field);
        } else if (field != null) {
            boolean old = failure != null && failure.instead() == Instead.STALE;
            if (part.each() == null) assertAnswer(part, field, null, old, values);
            else
                assertElements(part, field, values);
        }
    }

    private boolean mayBeUnasked(PartConfig part) {
        return !part.when().isEmpty()
                || route.needs(part).stream().anyMatch(need -> mayBeUnasked(route.part(need)));
    }

    private void assertElements(PartConfig part, JsonNode field, Map<String, JsonNode> values) {
        assertTrue(field.isArray(), field::toString);
        JsonNode list = values.getOrDefault(part.each().list().name(), Json.of("null")).path("list");
        if (!list.isArray() || part.shape().flatten()) return;
        boolean omits = part.each().onElementFailure() == PartSource.OnElementFailure.OMIT;
        if (!omits) assertEquals(list.size(), field.size());
        int at = 0;
        for (int i = 0; i < field.size(); i++) {
            if (field.get(i).isNull()) continue;
            JsonNode number = field.get(i).path("n");
            if (omits && number.isInt()) {
                String path = world.leaves.sent.get(number.intValue()).path();
                while (at < list.size() && !path.endsWith("/" + list.get(at).asText()))
                    at++;
                assertTrue(at < list.size(), () -> "out of order: " + field + " of " + list);
            }
            assertAnswer(part, field.get(i), omits ? (number.isInt() ? list.get(at++) : null) : list.get(i),
                    false, values);
        }
    }

    /// The value came from a call that was made for this part, with the values that the page has.
    private void assertAnswer(PartConfig part, JsonNode value, @Nullable JsonNode item, boolean old,
            Map<String, JsonNode> values) {
        JsonNode number = value.path("n");
        if (!number.isInt()) return; // an odd answer
        Leaves.Sent sent = world.leaves.sent.get(number.intValue());
        assertEquals(part.downstream(), sent.downstream);
        assertEquals(part.call().path().text(), sent.call.template());
        String path = new Path(id, item, values).of(part);
        if (path != null) assertEquals(path, sent.path());
        if (world.punctual && !old) assertFresh(part, sent);
    }

    private void assertFresh(PartConfig part, Leaves.Sent sent) {
        var cache = world.config.downstreams().get(part.downstream()).cache();
        long fresh = cache == null || sent.reply == null
                ? 0
                : sent.reply.freshness().known()
                        ? TimeUnit.SECONDS.toNanos(sent.reply.freshness().seconds())
                        : cache.freshFor().toNanos();
        assertTrue(sent.ended + fresh >= request.began(),
                () -> "a stale answer as if it were fresh: " + part.name());
    }

    /* --- Why --- */

    private void explain(PartConfig part, PartFailure failure) {
        ErrorType type = failure.type();
        boolean so = switch (type) {
            case DEADLINE_EXCEEDED -> isOver();
            case TIMEOUT -> part.call().budget() != null || isFailureOf(part, type);
            case BUDGET_TOO_SMALL -> part.call().budget() != null || part.call().minBudget() != null;
            case LIMIT_EXCEEDED -> world.shed.containsKey(part.downstream() + " QUEUE_FULL")
                    || world.shed.containsKey(part.downstream() + " NO_TIME");
            case CIRCUIT_OPEN -> world.shed.containsKey(part.downstream() + " CIRCUIT_OPEN");
            case STATUS, NOT_FOUND -> world.leaves.sent.stream().anyMatch(sent -> sent.reply != null
                    && sent.downstream.equals(part.downstream())
                    && Integer.valueOf(sent.reply.status()).equals(failure.status()));
            case MISSING_VALUE -> !route.needs(part).isEmpty();
            case BAD_PARAMETER -> !id.matches("[a-z0-9ä/ö ]+");
            case NOT_NEEDED ->
                route.quorum().values().stream().anyMatch(quorum -> quorum.of().contains(part.name())
                        && quorum.rest() == QuorumConfig.Rest.CANCEL);
            case ELEMENTS_MISSING, TOO_MANY_ELEMENTS -> part.each() != null;
            case UNUSABLE_ANSWER ->
                part.each() != null || part.shape().target() != null || part.place().merge();
            default -> isFailureOf(part, type);
        };
        assertTrue(so, () -> "unexplained: " + failure);
        assertEquals(type == ErrorType.BAD_PARAMETER ? null : part.downstream(), failure.downstream());
        if (world.weather == RandomConfig.Weather.CALM) {
            assertTrue(Set
                    .of(ErrorType.MISSING_VALUE, ErrorType.NOT_NEEDED, ErrorType.TOO_MANY_ELEMENTS,
                            ErrorType.UNUSABLE_ANSWER)
                    .contains(type), () -> "nothing was wrong: " + failure);
        }
    }

    private boolean isFailureOf(PartConfig part, ErrorType type) {
        return world.leaves.sent.stream()
                .anyMatch(sent -> sent.failure == type && sent.downstream.equals(part.downstream()));
    }
}
