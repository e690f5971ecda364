package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Nursery;
import dev.structured.core.sync.TaskSemaphore;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.client.CancelTest.Attempt;
import dev.structured.service.client.Http2Server.Asked;
import dev.structured.service.client.Rig.Over;
import dev.structured.service.demo.Action;
import dev.structured.service.demo.Action.Delayed;
import dev.structured.service.demo.Faults;
import dev.structured.service.demo.Request;
import dev.structured.service.tls.TestCa;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.eclipse.jetty.http2.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Thousands of calls, a third of them cancelled at any moment, against a downstream that answers, delays,
/// drips, resets and hangs, over each version of HTTP, with TLS and without: no call gets the answer of
/// another one, and nothing is left, neither a socket nor a stream, a permit, a place, a count or a buffer.
@Timeout(120)
class LeftoverTest {
    private static final int CALLS = 10_000;
    private static final int AT_ONCE = 60;
    private static final int CONNECTIONS = 12;
    /// More of them at once, since they share one connection.
    private static final int STREAMS = 40;

    private final long seed = System.nanoTime();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger broken = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();

    @ParameterizedTest
    @EnumSource
    void cancelled_calls_over_HTTP_1_1_leave_nothing(Over over) {
        var keys = List.of("maxConnections: " + CONNECTIONS, "maxQueued: " + AT_ONCE);
        Rig.run(over, keys, LeftoverTest::lively, rig -> {
            callAll(rig.downstream, rig.observer);
            OpenConnections left = rig.http.openConnections().getFirst();
            assertEquals(0, left.active());
            assertTrue(left.idle() <= CONNECTIONS, left::toString);
            CancelTest.await(() -> rig.server.openConnections() <= left.idle());
            useEveryPermit(rig.nursery, rig.downstream, rig.server::requests, CONNECTIONS);
            assertEquals(new OpenConnections("scripted", left.address(), left.port(), 0, 0),
                    rig.http.openConnections().getFirst());
        });
    }

    @Test
    void cancelled_calls_over_HTTP_2_leave_nothing() throws Exception {
        overHttp2(new Http2Server(), "protocol: h2c");
    }

    @Test
    void cancelled_calls_over_HTTP_2_with_TLS_leave_nothing(@TempDir Path folder) throws Exception {
        TestCa ca = new TestCa("test authority");
        ca.own.write(folder, "ca");
        overHttp2(new Http2Server(ca.server(ca.issue("127.0.0.1")), factory -> {}),
                "tls: {ca: " + folder.resolve("ca.pem") + "}");
    }

    /// The rig looks for streams and buffers that are left.
    private void overHttp2(Http2Server server, String key) throws Exception {
        Http2Rig.run(server, rig -> {
            rig.server.script = LeftoverTest::lively;
            callAll(rig.downstream, rig.observer);
            CancelTest.await(() -> rig.server.streams() == 0);
            CancelTest.await(() -> rig.http.openConnections().getFirst().active() == 0);
            useEveryPermit(rig.nursery, rig.downstream, rig.server::requests, STREAMS);
            assertEquals(1, rig.server.connections());
        }, "maxConnections: " + STREAMS, "maxQueued: " + AT_ONCE, key);
    }

    /// Makes all calls, of which a third is cancelled at a moment between none and twice what a whole call
    /// takes on average, so that some are cancelled at each step of a call on a machine of any pace.
    private void callAll(Downstream downstream, RecordingObserver observer) {
        Random random = new Random(seed);
        AtomicLong usual = new AtomicLong(1_000_000);
        TaskSemaphore slots = new TaskSemaphore(AT_ONCE);
        Nursery.run(calls -> {
            for (int i = 0; i < CALLS; i++) {
                String path = "/" + i + (random.nextInt(12) == 0 ? "/reset" : "");
                CancelScope scope = new CancelScope("call");
                boolean limited = random.nextInt(3) == 0;
                double share = 2 * random.nextDouble();
                slots.acquire();
                calls.startSoon("call-" + i, () -> {
                    long began = System.nanoTime();
                    if (limited) scope.setTimeout(Duration.ofNanos((long) (share * usual.get())));
                    try {
                        scope.run(() -> call(downstream, path));
                    } finally {
                        slots.release();
                    }
                    if (scope.absorbedCancellation()) cancelled.incrementAndGet();
                    if (!limited) {
                        usual.accumulateAndGet(System.nanoTime() - began,
                                (before, took) -> (7 * before + took) / 8);
                    }
                });
            }
        });
        assertEquals(CALLS, answered.get() + broken.get() + cancelled.get());
        assertTrue(answered.get() > CALLS / 3 && cancelled.get() > CALLS / 20 && broken.get() > 0,
                () -> answered + " answered, " + broken + " broken, " + cancelled + " cancelled, seed "
                        + seed);
        assertEquals(CALLS, observer.started.get());
        assertEquals(CALLS, observer.ended.size());
    }

    private void call(Downstream downstream, String path) throws InterruptedException {
        try {
            assertEquals(path, Http2Rig.echoed(downstream, path), () -> "seed " + seed);
            answered.incrementAndGet();
        } catch (DownstreamException e) {
            assertTrue(path.endsWith("/reset"), () -> e + ", seed " + seed);
            broken.incrementAndGet();
        }
    }

    /// If a cancelled call had kept a permit or a place, these would not all be in flight at once.
    private static void useEveryPermit(Nursery nursery, Downstream downstream, IntSupplier requests,
            int permits) {
        int before = requests.getAsInt();
        Attempt hanging = CancelTest.call(nursery, () -> Nursery.run(calls -> {
            for (int i = 0; i < permits; i++) calls.startSoon("call", () -> Rig.get(downstream, "/hang"));
        }));
        CancelTest.await(() -> requests.getAsInt() == before + permits);
        hanging.scope().cancel("all are in flight");
        hanging.task().await();
    }

    private static int kind(String path) {
        return Math.floorMod(path.hashCode(), 7);
    }

    private static Action lively(Request request) {
        String path = request.path();
        if (path.endsWith("/hang")) return Faults.hang();
        if (path.endsWith("/reset")) return Faults.reset();
        return switch (kind(path)) {
            case 0, 1 -> new Delayed(Duration.ofMillis(kind(path)), Rig.echo(request));
            case 2 -> Faults.drip(Rig.echo(request), Duration.ZERO);
            default -> Rig.echo(request);
        };
    }

    private static void lively(Asked asked) {
        String path = asked.path();
        if (path.endsWith("/hang")) return;
        if (path.endsWith("/reset")) {
            asked.reset(ErrorCode.INTERNAL_ERROR);
        } else if (kind(path) < 2) {
            asked.later(Duration.ofMillis(2), () -> Http2Server.echo(asked));
        } else {
            Http2Server.echo(asked);
        }
    }
}
