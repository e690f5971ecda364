package dev.structured.service.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.guard.DownstreamStack;
import dev.structured.service.guard.DownstreamState;
import dev.structured.service.guard.GuardObserver;
import dev.structured.testing.Simulation;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Calls with retries and hedges to several endpoints that are slow, fail, hang and come and go, a third of
/// them cancelled at any moment, in hundreds of different orders.
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(300)
class BalanceSimulationTest {
    private static final int SEEDS = 300;
    private static final int CALLS = 40;
    private static final List<String> NAMES = List.of("a", "b", "c", "d");

    private int attempts;
    private int second;
    private int repeated;

    /// What happened in one seed. One thread runs at a time, so nothing here needs a lock.
    private final class World {
        final Fleet fleet = new Fleet();
        final RandomGenerator random;
        final Map<String, Set<String>> seen = new HashMap<>();

        final String ejection;

        World(Simulation simulation, String ejection) {
            this.ejection = ejection;
            random = simulation.random();
            fleet.random = random;
            for (String name : NAMES) fleet.does(name, call -> answer(name, call));
        }

        Reply answer(String name, Call call) throws DownstreamException {
            attempts++;
            Set<String> endpoints = seen.computeIfAbsent(call.path(), _ -> new HashSet<>());
            if (!endpoints.isEmpty()) second++;
            boolean hadOther = endpoints.size() < NAMES.size();
            if (!endpoints.add(name) && hadOther) repeated++;
            int dice = random.nextInt(20);
            Checkpoints.sleep(Duration.ofMillis(1 + random.nextInt(name.equals("a") ? 60 : 10)));
            if (dice < 3) return Fleet.after(0.001, 503);
            if (dice == 3) throw new DownstreamException(ErrorType.RESET, "scripted", null);
            if (dice == 4) throw new DownstreamException(ErrorType.CONNECT_REFUSED, "scripted", null);
            if (dice == 5 && ejection.contains("20ms")) return Fleet.asksForPause(1);
            return Fleet.after(0.001);
        }

        void play() {
            DownstreamConfig config = Fleet.config("urls: [http://a, http://b, http://c, http://d]",
                    "maxConnections: 16", ejection, "slowStart: 20ms",
                    "retry: {attempts: 2, base: 1ms}", "hedge: 8ms", "extra: {share: 100%, burst: 100}");
            fleet.run(background -> {
                Balancer balancer = fleet.balancer(config, background);
                DownstreamState state = DownstreamState.of(config, random);
                Downstream downstream = DownstreamStack.around(balancer.downstream(), config, state,
                        GuardObserver.NONE);
                Nursery.run("calls", nursery -> {
                    for (int i = 0; i < CALLS; i++) start(nursery, downstream, "/" + i);
                });
                assertEquals(0, state.inFlight(), "permits");
                assertEquals(0, fleet.running(), "calls");
                for (EndpointView each : balancer.views()) assertEquals(0, each.inFlight(), each::toString);
                balancer.close();
                assertEquals(List.of(), fleet.open, "endpoints are open");
            });
        }

        private void start(Nursery nursery, Downstream downstream, String path) {
            CancelScope scope = new CancelScope("call");
            if (random.nextInt(3) == 0) scope.setTimeout(Duration.ofNanos(random.nextInt(30_000_000)));
            Duration pause = Duration.ofNanos(random.nextInt(30_000_000));
            nursery.startSoon(path, () -> {
                Checkpoints.sleep(pause);
                scope.run(() -> {
                    try {
                        downstream.call(Fleet.get(path));
                    } catch (DownstreamException _) {
                        // some fail
                    }
                });
            });
        }
    }

    private void play(String ejection) {
        Simulation.check(SEEDS, simulation -> {
            World world = new World(simulation, ejection);
            simulation.run(world::play);
        });
    }

    @Test
    void calls_leave_nothing_while_endpoints_are_ejected_and_come_back() {
        play("ejection: {failures: 3, base: 20ms}");
        assertTrue(second > attempts / 20, second + " of " + attempts + " attempts were not the first");
    }

    @Test
    void attempts_of_a_call_go_to_different_endpoints() {
        play("ejection: {failures: 1000, failureRate: 100%}");
        assertTrue(second > attempts / 20, second + " of " + attempts + " attempts were not the first");
        assertEquals(0, repeated, "attempts at an endpoint that the call had tried, of " + second);
    }
}
