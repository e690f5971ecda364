package dev.structured.service.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.service.aggregate.AggregateObserver;
import dev.structured.service.aggregate.Aggregator;
import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.check.ConfigReader;
import dev.structured.service.client.ScriptedReply;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.guard.CacheAndCoalescing;
import dev.structured.service.guard.DownstreamStack;
import dev.structured.service.guard.DownstreamState;
import dev.structured.service.guard.GuardObserver;
import dev.structured.service.guard.SharedCalls;
import dev.structured.service.yaml.ConfigException;
import dev.structured.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The same replies make the same page, byte for byte, in whatever order they come.
///
/// The routes have neither budgets nor hedges, nor anything else by which it matters when something happens.
class EngineOrderTest {
    private static final int CONFIGS = 200;
    private static final int ORDERS = 6;
    private static final List<ErrorType> FAILURES = List.of(ErrorType.RESET, ErrorType.DNS,
            ErrorType.INVALID_JSON);
    /// A schedule may let a minute pass while tasks could go on, and with it the deadline: then it matters
    /// when.
    private static final String LATE = " late";

    @Test
    void pages_do_not_depend_on_the_order_of_arrival() {
        Map<String, Integer> seen = new TreeMap<>();
        int compared = 0;
        int late = 0;
        for (int seed = 0; seed < CONFIGS; seed++) {
            Story story = new Story(seed);
            Simulation.check(ORDERS, story::play);
            compared += story.compared;
            late += story.late;
            for (String answer : story.first)
                seen.merge(answer.substring(0, answer.indexOf(' ')), 1, Integer::sum);
        }
        assertTrue(compared > 10 * CONFIGS, compared + " compared, " + late + " late");
        for (String kind : new String[]{"complete", "partial", "failed", "batch"}) {
            assertTrue(seen.getOrDefault(kind, 0) > CONFIGS / 10, () -> "hardly a mixture: " + seen);
        }
    }

    private static final class Story {
        private final int seed;
        private final String text;
        private final ServiceConfig config;
        /// What the requests came to in the first order.
        List<String> first = List.of();
        int compared;
        int late;

        Story(int seed) {
            this.seed = seed;
            this.text = new RandomConfig(new SplittableRandom(seed), RandomConfig.Weather.TIMELESS).text();
            try {
                this.config = ConfigReader.read("random.yaml", text);
            } catch (ConfigException e) {
                throw new AssertionError(e.getMessage() + "\n" + text, e);
            }
        }

        void play(Simulation simulation) {
            List<String> answers = new ArrayList<>();
            simulation.run(() -> Nursery.run("shared calls", place -> {
                try (SharedCalls calls = SharedCalls.open(place)) {
                    answers.addAll(answers(aggregator(simulation, calls)));
                }
            }));
            if (first.isEmpty()) first = answers;
            for (int i = 0; i < answers.size(); i++) {
                if (first.get(i).contains(LATE) || answers.get(i).contains(LATE)) {
                    late++;
                } else {
                    assertEquals(first.get(i), answers.get(i), () -> "configuration " + seed + "\n" + text);
                    compared++;
                }
            }
        }

        private List<String> answers(Aggregator aggregator) {
            List<Task<String>> tasks = new ArrayList<>();
            Nursery.run("requests", requests -> {
                for (RouteConfig route : config.routes()) {
                    for (String id : List.of("1", "2", "1")) {
                        tasks.add(requests.startSoon("request", () -> answer(aggregator, route, id)));
                    }
                }
            });
            return tasks.stream().map(Task::await).toList();
        }

        private static String answer(Aggregator aggregator, RouteConfig route, String id)
                throws BadRequestException {
            boolean batch = route.batch() != null;
            PageRequest request = new PageRequest("r", batch ? Map.of() : Map.of("id", id),
                    Map.of("q", List.of(id)), Map.of(),
                    batch ? Json.of("{ids: [3, {}, " + id + "]}") : null, null);
            long began = Scheduler.current().nanoTime();
            String answer = text(aggregator.aggregate(route, request, PartSink.NONE));
            return Scheduler.current().nanoTime() - began < route.deadline().toNanos()
                    ? answer
                    : answer + LATE;
        }

        /// Of several required parts that are missing, the first in time is the failure.
        private static String text(Outcome outcome) {
            return switch (outcome) {
                case Outcome.Complete(var page, var headers, var freshness) ->
                    "complete " + page + new TreeMap<>(headers) + freshness;
                case Outcome.Partial(var page, var missing, var headers) ->
                    "partial " + page + missing + new TreeMap<>(headers);
                case Outcome.Failed _ -> "failed ";
                case Outcome.Batch(var items) -> "batch " + items.stream()
                        .map(item -> item.params() + text(item.outcome()))
                        .collect(Collectors.joining(" "));
            };
        }

        /* --- The downstreams --- */

        private Aggregator aggregator(Simulation simulation, SharedCalls calls) {
            Map<String, Downstream> downstreams = new HashMap<>();
            for (DownstreamConfig each : config.downstreams().values()) {
                Downstream leaf = call -> {
                    Checkpoints.sleep(Duration.ofMillis(simulation.random().nextInt(20)));
                    return reply(each.name(), call);
                };
                Downstream guarded = DownstreamStack.around(leaf, each,
                        DownstreamState.of(each, simulation.random()),
                        GuardObserver.NONE);
                downstreams.put(each.name(),
                        CacheAndCoalescing.of(each, calls, GuardObserver.NONE).around(guarded, () -> false));
            }
            return new Aggregator(config.routes(), downstreams, AggregateObserver.NONE);
        }

        /// What a downstream replies depends on what it is asked, and on nothing else.
        private Reply reply(String downstream, Call call) throws DownstreamException {
            SplittableRandom random = new SplittableRandom(
                    (seed + downstream + call.path() + call.body()).hashCode());
            Map<String, String> headers = new HashMap<>();
            for (String wanted : call.wanted()) headers.put(wanted, downstream + " " + random.nextInt(100));
            if (random.nextInt(4) > 0) headers.put("cache-control", "max-age=" + random.nextInt(100));
            int id = random.nextInt(1_000);
            String fields = "id: " + id + ", name: 'n " + id + "', flag: " + (id % 3 > 0) + ", list: ["
                    + id % 10 + ", " + (10 + id % 7)
                    + ", " + (20 + id % 5) + "]";
            return switch (random.nextInt(20)) {
                case 0 -> throw new DownstreamException(FAILURES.get(random.nextInt(FAILURES.size())),
                        "scripted", null);
                case 1 -> ScriptedReply.of(call, 400 + random.nextInt(120), headers, Json.of("{}"));
                case 2 -> ScriptedReply.of(call, 200, headers, Json.of("[{id: null}]"));
                default ->
                    ScriptedReply.of(call, 200, headers, Json.of("{" + fields + ", deep: {" + fields + "}}"));
            };
        }
    }
}
