package dev.structured.service.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.service.aggregate.AggregateObserver;
import dev.structured.service.aggregate.Aggregator;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.PageSource;
import dev.structured.service.commands.SpecEdge.Answered;
import dev.structured.service.commands.SpecEdge.Sent;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.edge.Issuers;
import dev.structured.service.edge.RouteTable;
import dev.structured.service.guard.CacheAndCoalescing;
import dev.structured.service.guard.DownstreamStack;
import dev.structured.service.guard.DownstreamState;
import dev.structured.service.guard.GuardObserver;
import dev.structured.service.guard.SharedCalls;
import dev.structured.service.store.MemoryStore;
import dev.structured.service.store.SharedStore;
import dev.structured.testing.Simulation;
import dev.structured.testing.SimulationFailedError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Runs one spec in virtual time: the real edge, engine, limits, breakers, retries, hedges and caches, with
/// scripted downstreams.
///
/// It is a simulation with the simplest schedule: each thread runs until it has to wait, then the next one
/// that can run, and time passes when none can. So a spec takes almost no real time and always has the same
/// result.
final class SpecRun {
    private static final String SIMPLEST_SCHEDULE = "0@";

    private final ServiceConfig config;
    private final Spec spec;
    private final SpecScript script;
    private final UrlCheck urls;
    private final List<String> wrong = new ArrayList<>();
    private Duration took = Duration.ZERO;

    private SpecRun(ServiceConfig config, Spec spec, ReplyReader replies, UrlCheck urls) {
        this.config = config;
        this.spec = spec;
        this.script = new SpecScript(replies);
        this.urls = urls;
    }

    /// The result of a spec.
    ///
    /// @param took the duration in virtual time
    /// @param wrong the differences from the expected answers, one a line; none if the spec passed
    record Result(Duration took, List<String> wrong) {}

    static Result of(ServiceConfig config, Spec spec, ReplyReader replies, UrlCheck urls) {
        SpecRun run = new SpecRun(config, spec, replies, urls);
        try {
            Simulation.replay(SIMPLEST_SCHEDULE, simulation -> simulation.run(run::run));
        } catch (SimulationFailedError e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            run.wrong.add("the service failed: " + cause);
        }
        return new Result(run.took, List.copyOf(run.wrong));
    }

    private void run() {
        script.add(spec.downstreams());
        long began = Scheduler.current().nanoTime();
        Nursery.run("shared calls", nursery -> {
            try (SharedCalls calls = SharedCalls.open(nursery)) {
                SpecEdge edge = edge(calls);
                Nursery.run("steps", steps -> send(edge, steps, began));
            }
            took = since(began);
            nursery.scope().cancel("the spec has ended");
        });
    }

    private static Duration since(long began) {
        return Duration.ofNanos(Scheduler.current().nanoTime() - began);
    }

    /* --- The service --- */

    private SpecEdge edge(SharedCalls calls) {
        SharedStore store = store();
        Map<String, Downstream> downstreams = new HashMap<>();
        for (DownstreamConfig downstream : config.downstreams().values()) {
            downstreams.put(downstream.name(), downstream(downstream, calls, store));
        }
        PageSource pages = new Aggregator(config.routes(), downstreams, AggregateObserver.NONE);
        Issuers issuers = Issuers.of(config.issuers().values(), downstreams, calls::execute,
                Scheduler.current()::nanoTime, null);
        return new SpecEdge(RouteTable.of(config, issuers, null, store, pages, () -> {}), config.server(),
                urls);
    }

    /// Returns the store that the configuration names, as it is for a single replica.
    private @Nullable SharedStore store() {
        return config.store() == null ? null : new MemoryStore(Scheduler.current()::nanoTime);
    }

    private Downstream downstream(DownstreamConfig config, SharedCalls calls,
            @Nullable SharedStore store) {
        DownstreamState state = DownstreamState.of(config, new LongestPauses());
        Downstream guarded = DownstreamStack.around(script.downstream(config.name()), config, state,
                GuardObserver.NONE);
        return CacheAndCoalescing.of(config, calls, store, GuardObserver.NONE).around(guarded,
                state::isBusy);
    }

    /// Makes every pause before a retry as long as allowed, so that the duration of a request is predictable.
    private static final class LongestPauses implements RandomGenerator {
        @Override
        public long nextLong() {
            return Long.MAX_VALUE;
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    }

    /* --- The steps --- */

    private void send(SpecEdge edge, Nursery nursery, long began) throws InterruptedException {
        List<Task<?>> running = new ArrayList<>();
        int number = 0;
        for (SpecStep step : spec.all()) {
            SpecRequest request = step.request();
            SpecExpect expect = step.expect();
            if (request == null || expect == null) throw new IllegalStateException("Not checked: " + step);
            String title = spec.all().size() == 1 ? "" : "step " + ++number + ", " + request;
            awaitTurn(step, running, began, title);
            script.add(step.downstreams());
            running.add(nursery.startSoon("step " + number, () -> {
                ask(edge, request, expect, title);
                return null;
            }));
        }
    }

    private void awaitTurn(SpecStep step, List<Task<?>> running, long began, String title) {
        Duration at = step.at();
        if (at == null) {
            running.forEach(Task::await);
            return;
        }
        Duration pause = at.minus(since(began));
        if (pause.isNegative()) {
            wrong.add(title + " was to be sent at " + Words.time(at) + ", but the steps before it took until "
                    + Words.time(since(began)));
        } else {
            Checkpoints.sleep(pause);
        }
    }

    private void ask(SpecEdge edge, SpecRequest request, SpecExpect expect, String title) {
        long began = Scheduler.current().nanoTime();
        Map<String, Integer> before = script.calls();
        Answered answer = edge.answer(sent(request));
        Map<String, Integer> calls = new HashMap<>();
        script.calls().forEach((name, count) -> calls.put(name, count - before.getOrDefault(name, 0)));
        List<String> lines = new ArrayList<>();
        for (String call : script.takeUnscripted()) {
            lines.add("no entry of the spec matches this call of " + call);
        }
        lines.addAll(SpecJudge.judge(expect, answer, since(began), calls));
        if (lines.isEmpty()) return;
        if (!title.isEmpty()) wrong.add(title);
        String margin = title.isEmpty() ? "" : "  ";
        for (String line : lines) wrong.add(margin + line.replace("\n", "\n" + margin));
    }

    private static Sent sent(SpecRequest request) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> each : request.query().entrySet()) {
            query.put(each.getKey(), SpecMatch.texts(each.getValue()));
        }
        Map<String, String> headers = SpecScript.texts(request.headers());
        JsonNode body = request.body();
        if (body != null) headers.putIfAbsent("content-type", "application/json");
        return new Sent(request.method().name(), request.path(), query, headers,
                body == null ? null : body.toString().getBytes(StandardCharsets.UTF_8), request.deadline());
    }
}
