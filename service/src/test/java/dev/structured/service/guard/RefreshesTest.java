package dev.structured.service.guard;

import static dev.structured.service.guard.Scripted.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.Origin;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.client.DownstreamText;
import dev.structured.service.client.ScriptedReply;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.Method;
import dev.structured.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Kept answers that are given at once and asked for again in the background (RFC 5861, 3), in virtual time:
/// one thread runs at a time, so the tests' own state needs no locks.
@Timeout(60)
class RefreshesTest {
    private static final Call CALL = get("/a");

    /// A downstream with a cache, in a place for its calls.
    private static final class World {
        final Map<String, Integer> ends = new TreeMap<>();
        final Map<String, Integer> running = new HashMap<>();
        final List<Call> calls = new ArrayList<>();
        final SharedCalls place;
        final DownstreamConfig config;
        Duration takes = Duration.ofMillis(100);
        boolean broken;
        boolean hangs;
        boolean busy;
        boolean mayHaveBugs;
        int mostAtOnce;
        CacheAndCoalescing sharing;
        Downstream downstream;

        World(SharedCalls place, String... keys) {
            this.place = place;
            this.config = DownstreamText.read("d", keys);
            this.sharing = CacheAndCoalescing.of(config, place, new Guards());
            this.downstream = sharing.around(this::answer, () -> busy);
        }

        private Reply answer(Call call) throws DownstreamException {
            calls.add(call);
            int number = calls.size();
            mostAtOnce = Math.max(mostAtOnce, running.merge(call.path(), 1, Integer::sum));
            try {
                if (hangs) Checkpoints.sleepForever();
                Checkpoints.sleep(takes);
                if (broken) throw new DownstreamException(ErrorType.RESET, "broken", null);
                return ScriptedReply.of(call, 200, Map.of("etag", "\"" + number + "\""),
                        JsonNodeFactory.instance.numberNode(number));
            } finally {
                running.merge(call.path(), -1, Integer::sum);
            }
        }

        int ask(String path) throws Exception {
            return downstream.call(get(path)).body().asInt();
        }

        int ask() throws Exception {
            return ask("/a");
        }

        boolean isQuiet() {
            return running.values().stream().allMatch(count -> count == 0);
        }

        private final class Guards implements GuardObserver {
            @Override
            public void refreshed(String name, Refresh result) {
                ends.merge(result.label(), 1, Integer::sum);
            }

            @Override
            public void bugHidden(String name, RuntimeException bug) {
                if (!mayHaveBugs) throw new AssertionError(bug);
            }
        }
    }

    private interface Play {
        void run(World world) throws Exception;
    }

    private static void play(Play play) {
        play("cache: {freshFor: 10s, staleWhileRevalidate: 60s, staleFor: 120s}", play);
    }

    private static void play(String cache, Play play) {
        Simulation.check(1, simulation -> {
            World[] made = new World[1];
            simulation.run(() -> Nursery.run("main", nursery -> {
                try (SharedCalls place = SharedCalls.open(nursery)) {
                    World world = new World(place, cache);
                    made[0] = world;
                    play.run(world);
                }
                nursery.scope().cancel("the test is over");
            }));
            assertTrue(made[0].isQuiet(), "calls are left behind");
        });
    }

    private static void pass(int seconds) {
        Checkpoints.sleep(Duration.ofSeconds(seconds));
    }

    @Test
    void stale_answer_is_given_at_once_and_refreshed_once() {
        play(world -> {
            assertEquals(1, world.ask());
            pass(11);
            long before = Scheduler.current().nanoTime();
            for (int i = 0; i < 5; i++) assertEquals(1, world.ask());
            assertEquals(before, Scheduler.current().nanoTime());
            pass(1);
            assertEquals(2, world.ask());
            assertEquals(2, world.calls.size());
            assertEquals(Map.of("done", 1), world.ends);
        });
    }

    @Test
    void refresh_asks_for_changes_and_tells_nothing_of_the_request() {
        play(world -> {
            Call call = new Call(Method.GET, "/a", "/a", Map.of("x-key", "k"), null, Set.of(), "request-1",
                    new Origin("1.2.3.4", "h", "http", null, null), true, true);
            world.downstream.call(call);
            pass(11);
            world.downstream.call(call);
            pass(1);
            Call refresh = world.calls.getLast();
            assertEquals("\"1\"", Objects.requireNonNull(refresh.validators()).etag());
            assertEquals(null, refresh.requestId());
            assertEquals(Origin.NONE, refresh.origin());
            assertEquals(Map.of("x-key", "k"), refresh.headers());
        });
    }

    @Test
    void after_its_time_the_answer_is_awaited() {
        play(world -> {
            world.ask();
            pass(71);
            assertEquals(2, world.ask());
            assertEquals(Map.of(), world.ends);
        });
    }

    @Test
    void page_with_a_stale_answer_claims_no_freshness() {
        play(world -> {
            Downstream said = world.sharing.around(call -> ScriptedReply.of(call, 200,
                    Map.of("cache-control", "max-age=5"), JsonNodeFactory.instance.numberNode(7)),
                    () -> false);
            said.call(CALL);
            pass(6);
            assertEquals(new Freshness(true, 0, true), said.call(CALL).freshness());
        });
    }

    @Test
    void failed_refresh_leaves_the_answer_and_the_next_one_waits() {
        play(world -> {
            world.ask();
            pass(11);
            world.broken = true;
            assertEquals(1, world.ask());
            Checkpoints.sleep(Duration.ofMillis(200));
            for (int i = 0; i < 5; i++) assertEquals(1, world.ask());
            assertEquals(2, world.calls.size());
            world.broken = false;
            pass(1);
            assertEquals(1, world.ask());
            pass(1);
            assertEquals(3, world.ask());
            assertEquals(Map.of("done", 1, "failed", 1), world.ends);
        });
    }

    @Test
    void bug_of_a_refresh_ends_nothing_else() {
        play(world -> {
            Downstream broken = world.sharing.around(call -> {
                world.calls.add(call);
                if (world.calls.size() == 1) return Scripted.reply(1);
                throw new StackOverflowError("scripted");
            }, () -> false);
            assertEquals(1, broken.call(CALL).body().asInt());
            pass(11);
            world.mayHaveBugs = true;
            assertEquals(1, broken.call(CALL).body().asInt());
            pass(1);
            assertEquals(Map.of("failed", 1), world.ends);
        });
    }

    @Test
    void refresh_that_hangs_is_stopped_by_its_deadline() {
        play(world -> {
            world.ask();
            pass(11);
            world.hangs = true;
            assertEquals(1, world.ask());
            pass(9);
            assertEquals(1, world.running.get("/a"));
            pass(2);
            assertTrue(world.isQuiet());
            assertEquals(Map.of("timeout", 1), world.ends);
        });
    }

    @Test
    void refresh_ends_with_the_time_of_its_answer() {
        play("cache: {freshFor: 10s, staleWhileRevalidate: 3s}", world -> {
            world.ask();
            pass(11);
            world.hangs = true;
            world.ask();
            pass(3);
            assertTrue(world.isQuiet());
        });
    }

    @Test
    void busy_downstream_is_not_asked_again() {
        play(world -> {
            world.ask();
            pass(11);
            world.busy = true;
            for (int i = 0; i < 3; i++) assertEquals(1, world.ask());
            pass(1);
            assertEquals(1, world.calls.size());
            assertEquals(Map.of("dropped", 3), world.ends);
        });
    }

    @Test
    void number_of_refreshes_at_once_is_bounded() {
        play(world -> {
            int answers = Refreshes.MOST + 10;
            for (int i = 0; i < answers; i++) world.ask("/" + i);
            pass(11);
            world.takes = Duration.ofSeconds(5);
            for (int i = 0; i < answers; i++) assertEquals(i + 1, world.ask("/" + i));
            pass(1);
            assertEquals(Refreshes.MOST, world.running.values().stream().mapToInt(each -> each).sum());
            pass(9);
            assertEquals(Map.of("done", Refreshes.MOST, "dropped", 10), world.ends);
        });
    }

    @Test
    void end_of_the_generation_stops_its_refreshes_and_the_next_one_makes_its_own() {
        play(world -> {
            world.ask();
            pass(11);
            world.hangs = true;
            world.ask();
            pass(1);
            CacheAndCoalescing next = world.sharing.next(world.config);
            world.sharing.close();
            Checkpoints.sleep(Duration.ofMillis(1));
            assertTrue(world.isQuiet());
            world.hangs = false;
            pass(2);
            world.ask(); // of the generation that has ended: given, and not refreshed
            assertEquals(Map.of("stopped", 1, "dropped", 1), world.ends);
            Downstream after = next.around(world::answer, () -> false);
            assertEquals(1, after.call(CALL).body().asInt());
            pass(1);
            assertEquals(3, after.call(CALL).body().asInt());
        });
    }

    @Test
    void answer_is_given_where_no_task_can_be_started() {
        play(world -> {
            world.ask();
            pass(11);
            world.place.close();
            assertEquals(1, world.ask());
            assertEquals(1, world.ask());
            assertEquals(Map.of("dropped", 2), world.ends);
        });
    }

    /// Readers of three answers, in many orders, while the generation ends at any moment.
    @Test
    void nothing_is_left_behind_in_any_order() {
        Simulation.check(300, simulation -> {
            World[] made = new World[1];
            simulation.run(() -> Nursery.run("main", nursery -> {
                try (SharedCalls place = SharedCalls.open(nursery)) {
                    World world = new World(place, "cache: {freshFor: 1s, staleWhileRevalidate: 600s}",
                            "coalesce: true");
                    made[0] = world;
                    Nursery.run("readers", readers -> {
                        for (int i = 0; i < 6; i++) {
                            String path = "/" + i % 3;
                            readers.startSoon("reader", () -> {
                                for (int n = 0; n < 4; n++) {
                                    world.ask(path);
                                    Checkpoints.sleep(Duration.ofMillis(simulation.random().nextInt(1_500)));
                                }
                            });
                        }
                        readers.startSoon("reload", () -> {
                            Checkpoints.sleep(Duration.ofMillis(simulation.random().nextInt(4_000)));
                            world.sharing.close();
                        });
                    });
                    world.sharing.close();
                }
            }));
            assertTrue(made[0].isQuiet(), "calls are left behind");
            assertEquals(1, made[0].mostAtOnce, "calls for one answer at once");
        });
    }
}
