package dev.structured.service.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.combine.Budget;
import dev.structured.service.aggregate.Aggregator;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.check.ConfigReader;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.guard.CacheAndCoalescing;
import dev.structured.service.guard.DownstreamFigures;
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
import java.util.TreeMap;

/// One seed: a random configuration, all that stands behind it, and some requests at about the same time.
final class World {
    final Simulation simulation;
    final RandomConfig.Weather weather;
    /// Whether time passes only when nothing can go on: then nothing may be late.
    final boolean punctual;
    final String text;
    final ServiceConfig config;
    final Leaves leaves;
    final List<Request> requests = new ArrayList<>();
    /// By downstream and kind.
    private final Map<String, Integer> attempts = new HashMap<>();
    final Map<String, Integer> shed = new HashMap<>();
    final Map<String, DownstreamState> states = new TreeMap<>();
    private final Map<String, Downstream> downstreams = new TreeMap<>();
    int over;
    int inFlight;
    int joined;
    int hits;

    World(Simulation simulation, RandomConfig.Weather weather, boolean punctual) {
        this.simulation = simulation;
        this.weather = weather;
        this.punctual = punctual;
        this.text = new RandomConfig(simulation.random(), weather).text();
        this.leaves = new Leaves(simulation, weather);
        try {
            this.config = ConfigReader.read("random.yaml", text);
        } catch (ConfigException e) {
            throw new AssertionError(e.getMessage() + "\n" + text, e);
        }
    }

    /// Makes so many requests, and checks each, and what is left of all.
    void play(int count) {
        simulation.run(() -> Nursery.run("shared calls", place -> {
            try (SharedCalls calls = SharedCalls.open(place)) {
                Aggregator aggregator = aggregator(calls);
                int idle = simulation.scheduler().statistics().tasks();
                for (int i = 0; i < count; i++) requests.add(new Request(this, aggregator, i));
                for (Request request : requests) {
                    simulation.thread("request", () -> run(request));
                }
                while (over < count || simulation.scheduler().statistics().runs() > 1)
                    pause();
                for (int i = 0; i < 1_000 && simulation.scheduler().statistics().tasks() > idle; i++) pause();
                assertNothingIsLeft(idle);
                if (weather == RandomConfig.Weather.ROUGH) assertItWorksAgain();
            }
        }));
        simulation.joinThreads();
    }

    private void run(Request request) throws Exception {
        try {
            simulation.scheduler().run("request " + request.id, request::play);
        } catch (AssertionError e) {
            throw new AssertionError(request + ": " + e.getMessage() + "\n" + text, e);
        }
    }

    private static void pause() {
        Checkpoints.sleep(Duration.ofMillis(5));
    }

    RouteConfig page(String path) {
        return config.routes().stream().filter(route -> route.path().equals(path)).findFirst().orElseThrow();
    }

    /* --- The service --- */

    private Aggregator aggregator(SharedCalls calls) {
        for (DownstreamConfig each : config.downstreams().values()) {
            DownstreamState state = DownstreamState.of(each, simulation.random());
            Downstream guarded = DownstreamStack.around(leaves.of(each.name()), each, state, new Guards());
            states.put(each.name(), state);
            downstreams.put(each.name(),
                    CacheAndCoalescing.of(each, calls, new Guards()).around(guarded, state::isBusy));
        }
        return new Aggregator(config.routes(), downstreams, Request::partEnded);
    }

    private final class Guards implements GuardObserver {
        @Override
        public void attemptEnded(String downstream, Attempt attempt, String outcome) {
            attempts.merge(downstream + " " + attempt, 1, Integer::sum);
        }

        @Override
        public void shed(String downstream, Shed why) {
            shed.merge(downstream + " " + why, 1, Integer::sum);
        }

        @Override
        public void cacheAsked(String downstream, CacheResult result) {
            if (result == CacheResult.HIT) hits++;
        }

        @Override
        public void coalesced(String downstream) {
            joined++;
        }
    }

    /* --- Afterwards --- */

    private void assertNothingIsLeft(int idle) {
        assertEquals(idle, simulation.scheduler().statistics().tasks(), "tasks are left");
        assertEquals(0, leaves.running(), "calls are left");
        states.forEach((name, state) -> {
            assertEquals(0, DownstreamFigures.borrowed(state), "permits of " + name + " are not back");
            assertEquals(0, DownstreamFigures.waiting(state), "somebody waits for a permit of " + name);
            assertEquals(0, state.waiting(), "somebody is counted as waiting for " + name);
            assertEquals(0, state.inFlight(), "a call is counted as in flight to " + name);
            if (state.hasExtra()) assertAccounted(name, DownstreamFigures.extra(state));
        });
    }

    private int attempts(String downstream, GuardObserver.Attempt attempt) {
        return attempts.getOrDefault(downstream + " " + attempt, 0);
    }

    private void assertAccounted(String name, Budget.Statistics spent) {
        DownstreamConfig downstream = config.downstreams().get(name);
        int burst = downstream.extra().burst();
        int extra = attempts(name, GuardObserver.Attempt.RETRY)
                + attempts(name, GuardObserver.Attempt.HEDGE);
        int first = attempts(name, GuardObserver.Attempt.FIRST);
        assertEquals(first, spent.calls(), "first attempts at " + name);
        assertEquals(extra, spent.granted(), "extra attempts at " + name);
        double earned = downstream.extra().share().fraction() * first;
        assertTrue(spent.granted() <= burst + earned + 1e-6,
                () -> name + " got more than its share: " + spent);
        assertTrue(spent.tokens() >= 0 && spent.tokens() <= burst, () -> name + ": " + spent);
        assertTrue(spent.tokens() <= burst + earned - spent.granted() + 1e-6 || spent.granted() < earned,
                () -> name + ": " + spent);
        long sends = leaves.sent.stream().filter(sent -> sent.downstream.equals(name)).count();
        assertTrue(sends <= first + extra, () -> name + " was asked more often than is accounted for");
    }

    /// A permit that is lost, or a trial of a breaker, is missed only now: this never ends, or a breaker
    /// never closes.
    private void assertItWorksAgain() throws InterruptedException {
        leaves.healed = true;
        for (Map.Entry<String, Downstream> each : downstreams.entrySet()) {
            DownstreamState state = states.get(each.getKey());
            for (int i = 0; i < 12 && (i < 4 || isOpen(state)); i++) {
                Call call = Call.get("/probe/" + i, "/probe");
                probe(each.getValue(), call);
                Checkpoints.sleep(Duration.ofSeconds(1));
            }
            assertTrue(!isOpen(state),
                    () -> "the breaker of " + each.getKey() + " never closes: " + state.breakerState());
        }
    }

    private static boolean isOpen(DownstreamState state) {
        return state.breakerState() != null && state.breakerState() != GuardObserver.BreakerState.CLOSED;
    }

    private static void probe(Downstream downstream, Call call) throws InterruptedException {
        try {
            assertEquals(200, downstream.call(call).status());
        } catch (DownstreamException e) {
            assertEquals(ErrorType.CIRCUIT_OPEN, e.type());
        }
    }
}
