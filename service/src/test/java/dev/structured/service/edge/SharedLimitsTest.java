package dev.structured.service.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Scheduler;
import dev.structured.service.check.ConfigReader;
import dev.structured.service.config.RateLimitConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.store.MemoryStore;
import dev.structured.service.store.SharedStore;
import dev.structured.service.yaml.ConfigException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Limits over all replicas, against those of one.
@Timeout(60)
class SharedLimitsTest {
    private long now = Long.MAX_VALUE - Duration.ofMinutes(10).toNanos(); // it may overflow

    private static RouteConfig route(String limit) {
        try {
            return ConfigReader.read("test.yaml",
                    """
                            store: {url: "redis://h:1"}
                            downstreams: {d: {url: "http://h:1"}}
                            routes: [{path: /a, deadline: 1s, rateLimit: {%s, shared: true}, parts: {p: \
                            {from: d, path: /}}}]
                            """
                            .formatted(limit))
                    .routes().getFirst();
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// A client that only runs code.
    private static Client client() {
        return (Client) Proxy.newProxyInstance(Client.class.getClassLoader(), new Class<?>[]{Client.class},
                (_, method, args) -> {
                    assertEquals("call", method.getName());
                    return ((Supplier<?>) args[1]).get();
                });
    }

    private static RateLimitConfig policy(RouteConfig route) {
        return Objects.requireNonNull(route.rateLimit());
    }

    private static void inTask(Runnable body) {
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("test", body::run);
        }
    }

    @Test
    void all_replicas_decide_as_one_would() {
        inTask(() -> {
            SharedLimits shared = new SharedLimits(new MemoryStore(() -> now));
            RateLimits alone = new RateLimits();
            Random random = new Random(1);
            int refused = 0;
            for (String limit : List.of("requests: 3, per: 1s", "requests: 1000, per: 1min",
                    "requests: 1000000, per: 60min", "requests: 7, per: 3s")) {
                RouteConfig route = route(limit);
                for (int i = 0; i < 2_000; i++) {
                    String who = "w" + random.nextInt(3);
                    RateLimits.Decision decision = shared.count(client(), route, policy(route), who);
                    assertEquals(alone.count(route.name(), policy(route), who, now), decision);
                    if (!Objects.requireNonNull(decision).allowed()) refused++;
                    now += random.nextLong(200_000_000);
                }
            }
            assertTrue(refused > 500, "refused: " + refused);
        });
    }

    @Test
    void store_that_does_not_answer_decides_nothing() {
        inTask(() -> {
            RouteConfig route = route("requests: 1");
            assertNull(new SharedLimits(new Silent(true)).count(client(), route, policy(route), "a"));
            assertNull(new SharedLimits(new Silent(false)).count(client(), route, policy(route), "a"));
        });
    }

    @Test
    void names_in_the_store_hold_nothing_of_the_caller_and_differ_by_policy() {
        inTask(() -> {
            Silent store = new Silent(true);
            SharedLimits limits = new SharedLimits(store);
            for (String limit : List.of("requests: 1", "requests: 2", "requests: 1, per: 2min",
                    "requests: 1, by: route")) {
                RouteConfig route = route(limit);
                limits.count(client(), route, policy(route), "203.0.113.7");
            }
            assertEquals(4, store.asked.stream().distinct().count());
            store.asked.forEach(each -> assertFalse(each.contains("203") || each.contains("/a"), each));
            assertNotEquals("", store.asked.getFirst());
        });
    }

    /// Never answers.
    private static final class Silent implements SharedStore {
        final List<String> asked = new ArrayList<>();
        private final boolean up;

        Silent(boolean up) {
            this.up = up;
        }

        @Override
        public long take(String bucket, long wholeNanos, long oneNanos) {
            assertTrue(up);
            asked.add(bucket);
            return UNKNOWN;
        }

        @Override
        public byte[] get(String key) {
            return null;
        }

        @Override
        public void put(String key, byte[] value, Duration timeToLive) {
            // lost
        }

        @Override
        public void remove(String key) {
            // lost
        }

        @Override
        public long wallMillis() {
            return 0;
        }

        @Override
        public boolean isUp() {
            return up;
        }

        @Override
        public void close() {
            // nothing to end
        }
    }
}
