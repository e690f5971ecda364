package dev.structured.service.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Action;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import dev.structured.testing.Simulation;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/// Requests that share calls, come and go at any moment, and are cancelled, in hundreds of different orders
/// each. One thread runs at a time, so the tests' own state needs no locks.
class CoalescingSimulationTest {
    private static final int SEEDS = 1_000;
    private static final int REQUESTS = 6;

    private static void check(Action<Simulation, ?> body) {
        assertTrue(Simulation.check(SEEDS, body).schedules() > SEEDS / 20, "hardly any different orders");
    }

    /// What happened in one seed, and the downstream.
    private static final class World {
        final Simulation simulation;
        final boolean mayFail;
        final Scripted downstream = new Scripted(this::answer);
        final Map<String, Integer> running = new HashMap<>();
        final Map<String, Integer> asking = new HashMap<>();
        int mostAtOnce;
        int answered;
        int failed;
        int cancelled;
        int joined;
        int over;

        World(Simulation simulation, boolean mayFail) {
            this.simulation = simulation;
            this.mayFail = mayFail;
        }

        Downstream coalesced(SharedCalls calls) {
            GuardObserver observer = new GuardObserver() {
                @Override
                public void coalesced(String name) {
                    joined++;
                    simulation.point("joined");
                }
            };
            return new CoalescingDownstream(downstream, "d", new CallsInFlight(calls), observer);
        }

        private Reply answer(Call call, int number) throws DownstreamException {
            mostAtOnce = Math.max(mostAtOnce, running.merge(call.path(), 1, Integer::sum));
            try {
                for (int i = simulation.random().nextInt(4); i > 0; i--) simulation.point("on its way");
                Checkpoints.sleep(Duration.ofMillis(simulation.random().nextInt(20)));
                simulation.point("answered");
                if (mayFail && simulation.random().nextInt(4) == 0) {
                    throw new DownstreamException(ErrorType.RESET, call.path(), null);
                }
                return Scripted.reply(Integer.parseInt(call.path().substring(1)));
            } finally {
                running.merge(call.path(), -1, Integer::sum);
            }
        }

        /// A request, in a task: has its reply, its failure, or is cancelled; and when none asks, nothing
        /// runs.
        void request(Downstream downstream, String path, CancelScope scope) throws InterruptedException {
            asking.merge(path, 1, Integer::sum);
            int before = answered + failed;
            try {
                scope.run(() -> {
                    try {
                        Reply reply = downstream.call(Scripted.get(path));
                        assertEquals(path, "/" + reply.body().asInt());
                        answered++;
                    } catch (DownstreamException e) {
                        assertEquals(path, e.getMessage());
                        failed++;
                    }
                });
                if (answered + failed == before) assertTrue(scope.isCancelled());
            } finally {
                over++;
                if (asking.merge(path, -1, Integer::sum) == 0) assertEquals(0, running.getOrDefault(path, 0));
            }
            if (scope.absorbedCancellation()) cancelled++;
        }

        String path() {
            return "/" + simulation.random().nextInt(2);
        }

        /// Lets the request come at a moment of its own.
        void comeLater() {
            Checkpoints.sleep(Duration.ofMillis(simulation.random().nextInt(30)));
        }

        void assertAllOver() {
            assertEquals(REQUESTS, answered + failed + cancelled);
            assertEquals(0, downstream.running());
        }
    }

    @Test
    void equal_calls_are_one_call_at_a_time_and_everyone_has_its_reply() {
        int[] joined = {0};
        check(simulation -> {
            World world = new World(simulation, true);
            play(world, (requests, downstream) -> {
                String path = world.path();
                requests.startSoon("request", () -> {
                    world.comeLater();
                    world.request(downstream, path, new CancelScope());
                });
            });
            assertEquals(1, world.mostAtOnce);
            assertEquals(0, world.cancelled);
            assertEquals(REQUESTS, world.joined + world.downstream.calls.size());
            joined[0] += world.joined;
        });
        assertTrue(joined[0] > SEEDS, "hardly ever shared: " + joined[0]);
    }

    @Test
    void requests_that_are_cancelled_or_run_out_of_time_harm_no_other_and_leave_nothing() {
        int[] cancelled = {0};
        int[] answered = {0};
        int[] joined = {0};
        check(simulation -> {
            World world = new World(simulation, true);
            play(world, (requests, downstream) -> {
                String path = world.path();
                CancelScope scope = impatient(simulation);
                requests.startSoon("request", () -> {
                    if (simulation.random().nextBoolean()) world.comeLater();
                    world.request(downstream, path, scope);
                });
            });
            simulation.joinThreads();
            cancelled[0] += world.cancelled;
            answered[0] += world.answered;
            joined[0] += world.joined;
        });
        assertTrue(cancelled[0] > SEEDS && answered[0] > SEEDS && joined[0] > SEEDS,
                cancelled[0] + " cancelled, " + answered[0] + " answered, " + joined[0] + " joined");
    }

    /// Starts all requests in one nursery, and waits until they are over.
    private static void play(World world, BiConsumer<Nursery, Downstream> starts) {
        world.simulation.run(() -> Nursery.run(place -> {
            try (SharedCalls calls = SharedCalls.open(place)) {
                Downstream downstream = world.coalesced(calls);
                Nursery.run(requests -> {
                    for (int i = 0; i < REQUESTS; i++) starts.accept(requests, downstream);
                });
                world.assertAllOver();
            }
        }));
    }

    private static CancelScope impatient(Simulation simulation) {
        CancelScope scope = new CancelScope();
        switch (simulation.random().nextInt(3)) {
            case 0 -> simulation.cancelAnywhere(scope);
            case 1 -> scope.setTimeout(Duration.ofMillis(simulation.random().nextInt(25)));
            default -> {
                // it waits for as long as it takes
            }
        }
        return scope;
    }

    /// Each request of the service is a run of its own.
    @Test
    void requests_of_different_runs_share_calls_too() {
        int[] joined = {0};
        int[] cancelled = {0};
        check(simulation -> {
            World world = new World(simulation, false);
            simulation.run(() -> Nursery.run(place -> {
                try (SharedCalls calls = SharedCalls.open(place)) {
                    Downstream downstream = world.coalesced(calls);
                    for (int i = 0; i < REQUESTS; i++) startRun(world, downstream);
                    while (world.over < REQUESTS)
                        Checkpoints.sleep(Duration.ofMillis(1));
                }
            }));
            simulation.joinThreads();
            world.assertAllOver();
            joined[0] += world.joined;
            cancelled[0] += world.cancelled;
        });
        assertTrue(joined[0] > SEEDS / 2 && cancelled[0] > SEEDS / 4,
                joined[0] + " joined, " + cancelled[0] + " cancelled");
    }

    private static void startRun(World world, Downstream downstream) {
        String path = world.path();
        CancelScope scope = impatient(world.simulation);
        world.simulation.thread("request", () -> world.simulation.scheduler().run("request",
                () -> world.request(downstream, path, scope)));
    }

    /// The place for shared calls is closed, or cancelled, while they are in flight: each request calls by
    /// itself then.
    @Test
    void end_of_the_place_for_shared_calls_costs_nobody_its_reply() {
        int[] alone = {0};
        check(simulation -> {
            World world = new World(simulation, false);
            simulation.run(() -> {
                Nursery.run(place -> {
                    SharedCalls calls = SharedCalls.open(place);
                    Downstream downstream = world.coalesced(calls);
                    for (int i = 0; i < REQUESTS; i++) {
                        String path = world.path();
                        simulation.thread("request", () -> simulation.scheduler().run("request",
                                () -> world.request(downstream, path, new CancelScope())));
                    }
                    if (simulation.random().nextBoolean()) simulation.cancelAnywhere(place.scope());
                    for (int i = simulation.random().nextInt(6); i > 0; i--) Checkpoints.checkpoint();
                    calls.close();
                });
                while (world.over < REQUESTS)
                    Checkpoints.sleep(Duration.ofMillis(1));
            });
            simulation.joinThreads();
            world.assertAllOver();
            assertEquals(REQUESTS, world.answered);
            if (world.mostAtOnce > 1) alone[0]++;
        });
        assertTrue(alone[0] > SEEDS / 20, "hardly ever met the end: " + alone[0]);
    }
}
