package dev.structured.service.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.core.Scheduler;
import dev.structured.service.config.BudgetRule;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Pages of random shape whose downstreams do random things, compared with a plain calculation of what must
/// come out.
@Timeout(300)
final class RandomPagesTest {
    private static final int PAGES = 1_000;
    private static final long NEVER = Long.MAX_VALUE / 4;

    @Test
    void random_pages_come_to_what_was_calculated() throws BadRequestException {
        Map<String, Integer> seen = new TreeMap<>();
        for (int seed = 0; seed < PAGES; seed++) {
            Story story = new Story(new Random(seed));
            String expected = story.calculated();
            assertEquals(expected, story.played(), "seed " + seed + ": " + story.route);
            seen.merge(expected.substring(0, expected.indexOf(' ')), 1, Integer::sum);
        }
        assertTrue(seen.values().stream().allMatch(count -> count > PAGES / 20) && seen.size() == 3,
                () -> "hardly a mixture: " + seen);
    }

    /// What a downstream does: answers after some time, which may be never.
    private record Script(long nanos, @Nullable ErrorType failure) {}

    /// When a part has come to what. The type is null where it is there.
    private record End(long at, @Nullable ErrorType type, String outcome) {}

    private static final class Story {
        private final Random random;
        private final RouteConfig route;
        private final Map<String, Script> scripts = new HashMap<>();

        Story(Random random) {
            this.random = random;
            List<PartConfig> parts = new ArrayList<>();
            for (int i = 1 + random.nextInt(6); i > 0; i--) parts.add(part("p" + i, parts));
            Collections.shuffle(parts, random);
            this.route = Parts.route("/", millis(600), parts);
        }

        private PartConfig part(String name, List<PartConfig> others) {
            boolean required = random.nextInt(3) == 0;
            StringBuilder path = new StringBuilder("/");
            for (PartConfig other : others) {
                if (random.nextInt(3) == 0 && (other.required() || !required)) {
                    path.append("${").append(other.name()).append(".v}");
                }
            }
            scripts.put(name, script());
            return Parts.part(name, path.toString(), List.of(), required,
                    random.nextBoolean() ? nanos(200) : null);
        }

        private Script script() {
            return switch (random.nextInt(10)) {
                case 0 -> new Script(NEVER, null);
                case 1 -> new Script(nanos(300).toNanos(), ErrorType.RESET);
                default -> new Script(nanos(300).toNanos(), null);
            };
        }

        /// Returns some time to the nanosecond, so that no two things happen at once.
        private Duration nanos(int millis) {
            return Duration.ofNanos(1 + random.nextLong(millis * 1_000_000L));
        }

        private static Duration millis(int millis) {
            return Duration.ofMillis(millis);
        }

        /* --- The calculation --- */

        String calculated() {
            Map<String, End> ends = new HashMap<>();
            for (PartConfig part : route.parts().values()) end(part, ends);
            long over = route.deadline().toNanos();
            String failed = null;
            for (PartConfig part : route.parts().values()) {
                End end = ends.get(part.name());
                if (part.required() && end.type != null && !end.outcome.equals("skipped") && end.at < over) {
                    over = end.at;
                    failed = part.name() + " " + end.type;
                }
            }
            Map<String, String> outcomes = new TreeMap<>();
            long last = 0;
            boolean complete = true;
            for (PartConfig part : route.parts().values()) {
                End end = ends.get(part.name());
                // What is skipped because of the failure that ends the page is stopped before it notices.
                boolean late = end.at > over || (end.at == over && end.outcome.equals("skipped"));
                outcomes.put(part.name(),
                        !late ? end.outcome : failed == null ? "deadline_exceeded" : "cancelled");
                last = Math.max(last, Math.min(end.at, over));
                complete &= !late && end.type == null;
                if (late && part.required() && failed == null) outcomes.put("", "late");
            }
            boolean late = outcomes.remove("") != null;
            String what = failed != null || late ? "failed" : complete ? "complete" : "partial";
            return what + " " + (failed == null ? "" : failed) + " at " + last + " " + outcomes;
        }

        private End end(PartConfig part, Map<String, End> ends) {
            End known = ends.get(part.name());
            if (known != null) return known;
            long start = 0;
            End end = null;
            for (String need : route.needs(part)) {
                if (end != null) break;
                End needed = end(route.part(need), ends);
                start = Math.max(start, needed.at);
                if (needed.type != null) end = new End(start, ErrorType.MISSING_VALUE, "skipped");
            }
            if (end == null) end = asked(part, start);
            ends.put(part.name(), end);
            return end;
        }

        private End asked(PartConfig part, long start) {
            Script script = scripts.get(part.name());
            long budget = part.call().budget() instanceof BudgetRule.Fixed(Duration time)
                    ? time.toNanos()
                    : NEVER;
            if (start >= NEVER) return new End(NEVER, null, "ok");
            if (script.nanos > budget) return new End(start + budget, ErrorType.TIMEOUT, "timeout");
            return new End(Math.min(NEVER, start + script.nanos), script.failure,
                    script.failure == null ? "ok" : "reset");
        }

        /* --- The real thing --- */

        String played() throws BadRequestException {
            VirtualClock clock = new VirtualClock();
            Map<String, String> outcomes = new ConcurrentSkipListMap<>();
            try (Scheduler scheduler = Scheduler.builder().platform(clock).build()) {
                Outcome outcome = scheduler.call("page", () -> new Aggregator(List.of(route), downstreams(),
                        (path, part, word, nanos) -> outcomes.merge(part, word,
                                (first, second) -> first + " AND " + second))
                        .aggregate(route, PageRequest.of(Map.of(), Map.of()), PartSink.NONE));
                assertEquals(0, scheduler.statistics().tasks());
                return described(outcome) + " at " + clock.now().toNanos() + " " + outcomes;
            }
        }

        private String described(Outcome outcome) {
            return switch (outcome) {
                case Outcome.Complete _ -> "complete ";
                case Outcome.Partial _ -> "partial ";
                case Outcome.Failed(PartFailure failure, _) when failure
                        .type() == ErrorType.DEADLINE_EXCEEDED ->
                    "failed ";
                case Outcome.Batch _ -> throw new AssertionError("a batch");
                case Outcome.Failed(PartFailure failure, _) ->
                    "failed " + failure.part() + " " + failure.type();
            };
        }

        private Map<String, Downstream> downstreams() {
            Map<String, Downstream> downstreams = new HashMap<>();
            scripts.forEach((name, script) -> downstreams.put(name, call -> {
                if (script.nanos == NEVER) Checkpoints.sleepForever();
                Checkpoints.sleep(Duration.ofNanos(script.nanos));
                if (script.failure != null) throw new DownstreamException(script.failure, "scripted", null);
                return new Reply(200, Downstreams.json("{\"v\":1}"));
            }));
            return downstreams;
        }
    }
}
