package dev.structured.service.guard;

import static dev.structured.service.guard.Scripted.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.client.DownstreamText;
import dev.structured.service.client.ScriptedReply;
import dev.structured.service.config.Method;
import dev.structured.service.store.MemoryStore;
import dev.structured.service.store.SharedStore;
import dev.structured.testing.Simulation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Kept answers that replicas share: what one has been told serves the others, and those that come later. In
/// virtual time: one thread runs at a time, so the tests' own state needs no locks.
@Timeout(60)
class SharedAnswersTest {
    private static final String CACHE = "cache: {freshFor: 10s, staleFor: 60s, shared: true}";

    /// A store that can be away, and shows what it has.
    private static final class Watched implements SharedStore {
        final MemoryStore inner = new MemoryStore(Scheduler.current()::nanoTime);
        final Map<String, byte[]> values = new HashMap<>();
        boolean up = true;

        @Override
        public long take(String bucket, long wholeNanos, long oneNanos) {
            throw new AssertionError("not asked");
        }

        @Override
        public byte[] get(String key) {
            return inner.get(key);
        }

        @Override
        public void put(String key, byte[] value, Duration timeToLive) {
            values.put(key, value);
            inner.put(key, value, timeToLive);
        }

        @Override
        public void remove(String key) {
            values.remove(key);
            inner.remove(key);
        }

        @Override
        public long wallMillis() {
            return inner.wallMillis();
        }

        @Override
        public boolean isUp() {
            return up;
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    private static final class World {
        final SharedCalls place;
        final Watched store = new Watched();
        final List<Call> calls = new ArrayList<>();
        final List<String> seen = new ArrayList<>();
        boolean broken;
        int status = 200;
        String cacheControl = "";
        String body = "";

        World(SharedCalls place) {
            this.place = place;
        }

        /// Returns a replica that has kept nothing itself.
        Downstream replica(String... keys) {
            GuardObserver observer = new GuardObserver() {
                @Override
                public void sharedAsked(String name, SharedLookup result) {
                    seen.add(result.label());
                }

                @Override
                public void bugHidden(String name, RuntimeException bug) {
                    throw new AssertionError(bug);
                }
            };
            return CacheAndCoalescing
                    .of(DownstreamText.read("d", keys.length == 0 ? new String[]{CACHE} : keys),
                            place, store, observer)
                    .around(this::answer, () -> false);
        }

        private Reply answer(Call call) throws DownstreamException {
            calls.add(call);
            if (broken) throw new DownstreamException(ErrorType.RESET, "broken", null);
            int number = calls.size();
            Map<String, String> head = new HashMap<>(Map.of("etag", "\"v\""));
            if (!cacheControl.isEmpty()) head.put("cache-control", cacheControl);
            int code = call.validators() != null && status == 200 ? 304 : status;
            return ScriptedReply.of(call, code, head, body.isEmpty()
                    ? JsonNodeFactory.instance.numberNode(number)
                    : JsonNodeFactory.instance.textNode(body));
        }
    }

    private interface Play {
        void run(World world) throws Exception;
    }

    private static void play(Play play) {
        Simulation.check(1, simulation -> simulation.run(() -> Nursery.run("main", nursery -> {
            try (SharedCalls place = SharedCalls.open(nursery)) {
                play.run(new World(place));
            }
            nursery.scope().cancel("the test is over");
        })));
    }

    private static int ask(Downstream replica) throws Exception {
        return replica.call(get("/a")).body().asInt();
    }

    private static void pass(int seconds) {
        Checkpoints.sleep(Duration.ofSeconds(seconds));
    }

    @Test
    void what_one_replica_was_told_serves_the_others() {
        play(world -> {
            assertEquals(1, ask(world.replica()));
            pass(4);
            Downstream other = world.replica();
            assertEquals(1, ask(other));
            assertEquals(1, ask(other));
            assertEquals(List.of("missing", "found"), world.seen);
            assertEquals(1, world.calls.size());
            pass(6); // it is as old there as where it was kept
            assertEquals(1, ask(other));
            assertEquals(2, world.calls.size());
            assertNotNull(world.calls.getLast().validators());
        });
    }

    @Test
    void confirmation_is_shared_too() {
        play(world -> {
            Downstream one = world.replica();
            Downstream other = world.replica();
            ask(one);
            ask(other);
            pass(11);
            ask(one);
            assertEquals(1, ask(other));
            assertEquals(2, world.calls.size());
        });
    }

    @Test
    void old_answer_survives_a_restart() {
        play(world -> {
            ask(world.replica());
            pass(30);
            world.broken = true;
            Downstream after = world.replica();
            assertThrows(DownstreamException.class, () -> ask(after));
            assertEquals(1, Objects.requireNonNull(after.stale(get("/a"))).body().asInt());
            pass(41);
            assertThrows(DownstreamException.class, () -> ask(after));
            assertNull(after.stale(get("/a")));
        });
    }

    @Test
    void refresh_in_the_background_uses_what_another_replica_has() {
        play(world -> {
            String cache = "cache: {freshFor: 10s, staleWhileRevalidate: 60s, shared: true}";
            Downstream one = world.replica(cache);
            Downstream other = world.replica(cache);
            ask(one);
            ask(other);
            pass(11);
            ask(one);
            pass(1);
            assertEquals(2, world.calls.size());
            assertEquals(1, ask(other));
            pass(1);
            assertEquals(1, ask(other));
            assertEquals(2, world.calls.size());
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"headers: {x-key: other}", "url: http://other",
            "cache: {freshFor: 11s, staleFor: 60s, shared: true}",
            "cache: {freshFor: 10s, staleFor: 60s, shared: true, ignore: [no-store]}",
            "send: {forwarded: forwarded}"})
    void another_secret_server_or_rule_has_other_answers(String key) {
        play(world -> {
            ask(world.replica(CACHE, "headers: {x-key: s3cret}"));
            assertEquals(2, ask(world.replica(CACHE, "headers: {x-key: s3cret}", key)));
        });
    }

    @Test
    void who_asks_is_part_of_the_name_and_nothing_of_it_can_be_read() {
        play(world -> {
            world.cacheControl = "public, max-age=60";
            for (String who : List.of("Bearer alice", "Bearer bob")) {
                Call call = new Call(Method.GET, "/a", "/a", Map.of("authorization", who), null, Set.of(),
                        true, true);
                world.replica().call(call);
                world.replica().call(call);
            }
            assertEquals(2, world.calls.size());
            assertEquals(2, world.store.values.size());
            world.store.values.forEach((name, value) -> {
                assertTrue(name.matches("[A-Za-z0-9_-]{43}"), name);
                assertFalse(new String(value, StandardCharsets.ISO_8859_1).contains("Bearer"));
            });
        });
    }

    @Test
    void what_cannot_be_read_is_missing_counted_and_removed() {
        play(world -> {
            ask(world.replica());
            String name = world.store.values.keySet().iterator().next();
            byte[] value = world.store.values.get(name);
            value[value.length - 1]++;
            world.store.put(name, value, Duration.ofMinutes(1));
            world.status = 500;
            assertEquals(500, world.replica().call(get("/a")).status());
            assertEquals(List.of("missing", "corrupt"), world.seen);
            assertEquals(Map.of(), world.store.values);
        });
    }

    @Test
    void deleted_things_and_what_must_not_be_kept_are_forgotten_by_all() {
        play(world -> {
            Downstream one = world.replica();
            ask(one);
            pass(11);
            world.status = 404;
            one.call(get("/a"));
            assertEquals(Map.of(), world.store.values);
            world.status = 200;
            world.cacheControl = "no-store";
            ask(one);
            assertEquals(Map.of(), world.store.values);
        });
    }

    @Test
    void answer_that_is_too_large_is_kept_by_the_replica_alone() {
        play(world -> {
            world.body = "x".repeat(AnswerFormat.MOST_BYTES);
            Downstream one = world.replica("cache: {freshFor: 10s, size: 64MiB, shared: true}");
            one.call(get("/a"));
            one.call(get("/a"));
            assertEquals(1, world.calls.size());
            assertEquals(Map.of(), world.store.values);
        });
    }

    @Test
    void replica_has_its_own_answers_while_the_store_is_gone() {
        play(world -> {
            world.store.up = false;
            Downstream one = world.replica();
            assertEquals(1, ask(one));
            assertEquals(1, ask(one));
            assertEquals(2, ask(world.replica()));
            assertEquals(List.of(), world.seen);
        });
    }
}
