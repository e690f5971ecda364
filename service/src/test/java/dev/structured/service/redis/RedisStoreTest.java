package dev.structured.service.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.check.ConfigReader;
import dev.structured.service.config.StoreConfig;
import dev.structured.service.store.MemoryStore;
import dev.structured.service.store.SharedStore;
import dev.structured.service.store.StoreObserver;
import dev.structured.service.tls.TestCa;
import dev.structured.service.yaml.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The shared store over a real server, which may be gone, hang, and come back.
@Timeout(60)
class RedisStoreTest {
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    @TempDir
    private Path directory;

    private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
    private final StoreObserver observer = new StoreObserver() {
        @Override
        public void asked(Operation operation, Result result) {
            seen.add(operation + " " + result);
        }
    };

    private interface Body {
        void run(RedisStore store) throws Exception;
    }

    private static StoreConfig config(String keys) {
        try {
            return Objects.requireNonNull(ConfigReader.read("test.yaml",
                    """
                            store: {%s}
                            downstreams: {d: {url: "http://h:1"}}
                            routes:
                              - {path: /, deadline: 1s, rateLimit: {requests: 1, shared: true}, parts: {p: \
                            {from: d, path: /}}}
                            """
                            .formatted(keys))
                    .store());
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// Runs with a store that is given time to come up; at the end no thread of the client's is left.
    private void with(String keys, Body body) {
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("test", () -> Nursery.run(nursery -> {
                try (RedisStore store = RedisStore.open(config(keys), nursery, observer)) {
                    body.run(store);
                }
                nursery.scope().cancel("the test is over");
            }));
            assertEquals(0, scheduler.statistics().tasks());
        }
        // The last of them may still be on its way out.
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (threads() > 0)
            assertTrue(System.nanoTime() - end < 0, "threads of the client are left");
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().startsWith("lettuce") && each.isAlive()).count();
    }

    private static void awaitUp(SharedStore store, boolean up) {
        while (store.isUp() != up)
            Checkpoints.sleep(Duration.ofMillis(5));
    }

    private static void assertStaysDown(SharedStore store) {
        Checkpoints.sleep(Duration.ofMillis(500));
        assertFalse(store.isUp());
    }

    private static long number(byte[] text) {
        return Long.parseLong(new String(text, UTF_8));
    }

    /// The script decides as [MemoryStore] does at the same times, to the nanosecond.
    @Test
    void script_decides_as_the_store_in_memory() throws Exception {
        try (RedisServer server = RedisServer.start(directory)) {
            with("url: " + server.url() + ", timeout: 5s", store -> {
                awaitUp(store, true);
                AtomicLong now = new AtomicLong();
                MemoryStore memory = new MemoryStore(now::get);
                Random random = new Random(1);
                long[][] policies = {{TimeUnit.SECONDS.toNanos(1), 3}, {TimeUnit.SECONDS.toNanos(1), 1_000},
                        {HOUR, 1_000_000}, {HOUR, 7}, {TimeUnit.SECONDS.toNanos(2), 30}};
                int refused = 0;
                for (int i = 0; i < 3_000; i++) {
                    int which = random.nextInt(policies.length);
                    long whole = policies[which][0];
                    long one = whole / policies[which][1];
                    List<byte[]> told = Objects.requireNonNull(store.counted("b" + which, whole, one));
                    now.set(TimeUnit.SECONDS.toNanos(number(told.get(1))) + number(told.get(2)) * 1_000);
                    long used = number(told.getFirst());
                    assertEquals(memory.take("b" + which, whole, one), used, "step " + i);
                    if (used > whole) refused++;
                    if (random.nextInt(50) == 0) Checkpoints.sleep(Duration.ofMillis(random.nextInt(40)));
                }
                assertTrue(refused > 100 && refused < 2_900, "refused: " + refused);
            });
        }
    }

    @Test
    void replicas_count_together_and_exactly() throws Exception {
        try (RedisServer server = RedisServer.start(directory)) {
            String keys = "url: " + server.url() + ", timeout: 5s";
            with(keys, one -> Nursery.run("second", nursery -> {
                try (RedisStore other = RedisStore.open(config(keys), nursery, observer)) {
                    awaitUp(one, true);
                    awaitUp(other, true);
                    assertEquals(100, takenByEight(one, other));
                }
                nursery.scope().cancel("over");
            }));
        }
    }

    private static int takenByEight(RedisStore one, RedisStore other) {
        AtomicInteger taken = new AtomicInteger();
        Nursery.run("callers", nursery -> {
            for (int i = 0; i < 8; i++) {
                RedisStore store = i % 2 == 0 ? one : other;
                nursery.startSoon("caller", () -> {
                    for (int n = 0; n < 50; n++) {
                        if (store.take("all", HOUR, HOUR / 100) <= HOUR) taken.incrementAndGet();
                    }
                });
            }
        });
        return taken.get();
    }

    /// A virtual thread that waits for the store gives its carrier to others.
    @Test
    void waiting_pins_no_carrier() throws Exception {
        Path events = directory.resolve("pinned.jfr");
        try (RedisServer server = RedisServer.start(directory); Recording recording = new Recording()) {
            recording.enable("jdk.VirtualThreadPinned").withoutThreshold().withStackTrace();
            with("url: " + server.url() + ", timeout: 5s", store -> {
                awaitUp(store, true);
                takenByEight(store, store);
                recording.start();
                assertEquals(0, takenByEight(store, store));
                recording.stop();
            });
            recording.dump(events);
        }
        List<String> pinned = RecordingFile.readAllEvents(events).stream().map(RecordedEvent::toString)
                .filter(each -> each.contains("lettuce") || each.contains("RedisStore")).toList();
        assertEquals(List.of(), pinned);
    }

    @Test
    void values_are_kept_for_their_time_and_removed() throws Exception {
        try (RedisServer server = RedisServer.start(directory)) {
            with("url: " + server.url() + "/2, timeout: 5s", store -> {
                awaitUp(store, true);
                byte[] value = {0, 1, (byte) 0xff, '\n'};
                store.put("k", value, Duration.ofMinutes(1));
                assertArrayEquals(value, store.get("k"));
                store.remove("k");
                assertNull(store.get("k"));
                store.put("k", value, Duration.ofMillis(1));
                while (store.get("k") != null)
                    Checkpoints.sleep(Duration.ofMillis(1));
            });
        }
    }

    @Test
    void store_that_is_gone_is_not_waited_for_and_comes_back() throws Exception {
        try (RedisServer server = RedisServer.start(directory)) {
            with("url: " + server.url() + ", timeout: 5s", store -> {
                awaitUp(store, true);
                assertTrue(store.take("b", HOUR, 1) > 0);
                server.stop();
                awaitUp(store, false);
                seen.clear();
                assertEquals(SharedStore.UNKNOWN, store.take("b", HOUR, 1));
                assertNull(store.get("k"));
                store.put("k", new byte[0], Duration.ofHours(1));
                assertEquals(List.of("TAKE DOWN", "GET DOWN", "PUT DOWN"), List.copyOf(seen));
                server.startAgain();
                awaitUp(store, true);
                assertEquals(1, store.take("b", HOUR, 1));
            });
        }
    }

    @Test
    void store_that_is_not_there_at_the_start_is_used_when_it_comes() throws Exception {
        try (RedisServer server = RedisServer.start(directory)) {
            server.stop();
            with("url: " + server.url() + ", timeout: 5s", store -> {
                assertEquals(SharedStore.UNKNOWN, store.take("b", HOUR, 1));
                server.startAgain();
                awaitUp(store, true);
                assertEquals(1, store.take("b", HOUR, 1));
            });
        }
    }

    @Test
    void store_that_hangs_is_waited_for_so_long_and_then_not_at_all() throws Exception {
        try (RedisServer server = RedisServer.start(directory)) {
            with("url: " + server.url() + ", timeout: 20ms", store -> {
                awaitUp(store, true);
                server.signal("STOP");
                for (int i = 0; i < 10; i++) assertEquals(SharedStore.UNKNOWN, store.take("b", HOUR, 1));
                assertTrue(seen.contains("TAKE TIMEOUT"), seen::toString);
                assertTrue(seen.contains("TAKE DOWN"), seen::toString);
                server.signal("CONT");
                awaitUp(store, true);
                // A machine with much to do may need more than the 20 ms at first.
                while (store.take("c", HOUR, 1) <= 0)
                    awaitUp(store, true);
            });
        }
    }

    @Test
    void task_that_waits_for_the_store_can_be_cancelled() throws Exception {
        try (RedisServer server = RedisServer.start(directory)) {
            with("url: " + server.url() + ", timeout: 5s", store -> {
                awaitUp(store, true);
                server.signal("STOP");
                CancelScope scope = new CancelScope("caller").withTimeout(Duration.ofMillis(10));
                assertTrue(scope.call(() -> store.take("b", HOUR, 1)).isCancelled());
                server.signal("CONT");
            });
        }
    }

    @Test
    void password_is_told_and_a_wrong_one_leaves_the_store_down() throws Exception {
        try (RedisServer server = RedisServer.start(directory, "--requirepass", "s3cret")) {
            with("url: " + server.url() + ", password: s3cret, timeout: 5s", store -> {
                awaitUp(store, true);
                assertEquals(1, store.take("b", HOUR, 1));
            });
            with("url: " + server.url() + ", password: other, timeout: 5s", RedisStoreTest::assertStaysDown);
        }
    }

    @Test
    void certificate_of_the_store_is_verified() throws Exception {
        TestCa ca = new TestCa("store");
        ca.issue("localhost").write(directory, "server");
        ca.own.write(directory, "ca");
        new TestCa("other").own.write(directory, "other");
        try (RedisServer server = startSecure("no")) {
            with(secure(server, "localhost", "ca"), store -> {
                awaitUp(store, true);
                assertEquals(1, store.take("b", HOUR, 1));
            });
            for (String keys : List.of(secure(server, "localhost", "other"),
                    secure(server, "127.0.0.1", "ca"))) {
                with(keys, RedisStoreTest::assertStaysDown);
            }
        }
    }

    @Test
    void store_may_ask_for_a_certificate_of_the_service() throws Exception {
        TestCa ca = new TestCa("store");
        ca.issue("localhost").write(directory, "server");
        ca.issue("service").write(directory, "service");
        ca.own.write(directory, "ca");
        try (RedisServer server = startSecure("yes")) {
            String own = ", certificate: \"" + directory.resolve("service.pem") + "\", key: \""
                    + directory.resolve("service.key") + "\"}";
            with(secure(server, "localhost", "ca").replaceFirst("}$", own), store -> {
                awaitUp(store, true);
                assertEquals(1, store.take("b", HOUR, 1));
            });
            with(secure(server, "localhost", "ca"), RedisStoreTest::assertStaysDown);
        }
    }

    /// Starts a server that speaks TLS only.
    ///
    /// @param clients whether it asks for certificates of its clients: `yes` or `no`
    private RedisServer startSecure(String clients) throws IOException {
        return RedisServer.start(directory, "--port", "0", "--tls-port", "PORT", "--tls-cert-file",
                directory.resolve("server.pem").toString(), "--tls-key-file",
                directory.resolve("server.key").toString(), "--tls-ca-cert-file",
                directory.resolve("ca.pem").toString(), "--tls-auth-clients", clients);
    }

    private String secure(RedisServer server, String host, String ca) {
        return "url: \"rediss://" + host + ":" + server.port + "\", timeout: 5s, tls: {ca: \""
                + directory.resolve(ca + ".pem") + "\"}";
    }
}
