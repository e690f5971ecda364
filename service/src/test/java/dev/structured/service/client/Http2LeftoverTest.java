package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Nursery;
import dev.structured.core.sync.TaskSemaphore;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.client.CancelTest.Attempt;
import dev.structured.service.client.Http2Server.Asked;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http2.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Thousands of calls over one connection of HTTP/2, a third of them cancelled at any moment, against a
/// downstream that answers, delays, resets and hangs: no call gets the answer of another one, and nothing is
/// left, neither a stream nor a place, a permit, a count or a buffer.
@Timeout(120)
class Http2LeftoverTest {
    private static final int CALLS = 10_000;
    private static final int CONNECTIONS = 40;
    private static final int AT_ONCE = 60;

    private final long seed = System.nanoTime();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger broken = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();

    @Test
    void calls_that_are_cancelled_at_any_moment_leave_nothing() throws Exception {
        leave_nothing(new Http2Server());
    }

    @Test
    void neither_with_TLS(@TempDir Path folder) throws Exception {
        TestCa ca = new TestCa("test authority");
        ca.own.write(folder, "ca");
        leave_nothing(new Http2Server(ca.server(ca.issue("127.0.0.1")), factory -> {}),
                "tls: {ca: " + folder.resolve("ca.pem") + "}");
    }

    private void leave_nothing(Http2Server server, String... tls) throws Exception {
        String[] keys = {"maxConnections: " + CONNECTIONS, "maxQueued: " + AT_ONCE,
                tls.length == 0 ? "coalesce: false" : tls[0]};
        Http2Rig.run(server, rig -> {
            rig.server.script = Http2LeftoverTest::lively;
            callAll(rig);
            assertEquals(CALLS, answered.get() + broken.get() + cancelled.get());
            assertTrue(answered.get() > CALLS / 3 && cancelled.get() > CALLS / 20 && broken.get() > 0,
                    () -> answered + " answered, " + broken + " broken, " + cancelled + " cancelled, seed "
                            + seed);
            assertEquals(CALLS, rig.observer.ended.size());
            CancelTest.await(() -> rig.server.streams() == 0);
            CancelTest.await(() -> rig.http.openConnections().getFirst().active() == 0);
            useEveryPermit(rig);
            assertEquals(1, rig.server.connections());
        }, keys);
    }

    private void callAll(Http2Rig rig) {
        Random random = new Random(seed);
        TaskSemaphore slots = new TaskSemaphore(AT_ONCE);
        Nursery.run(calls -> {
            for (int i = 0; i < CALLS; i++) {
                String path = "/" + i + (random.nextInt(12) == 0 ? "/reset" : "");
                CancelScope scope = new CancelScope("call");
                if (random.nextInt(3) == 0) scope.setTimeout(Duration.ofNanos(random.nextInt(5_000_000)));
                slots.acquire();
                calls.startSoon("call-" + i, () -> {
                    try {
                        scope.run(() -> call(rig, path));
                    } finally {
                        slots.release();
                    }
                    if (scope.absorbedCancellation()) cancelled.incrementAndGet();
                });
            }
        });
    }

    private void call(Http2Rig rig, String path) throws InterruptedException {
        try {
            assertEquals(path, rig.echoed(path), () -> "seed " + seed);
            answered.incrementAndGet();
        } catch (DownstreamException e) {
            assertTrue(path.endsWith("/reset"), () -> e + ", seed " + seed);
            broken.incrementAndGet();
        }
    }

    /// If a cancelled call had kept a permit or a place, these would not all be under way at once.
    private static void useEveryPermit(Http2Rig rig) {
        int before = rig.server.requests();
        Attempt hanging = CancelTest.call(rig.nursery, () -> Nursery.run(calls -> {
            for (int i = 0; i < CONNECTIONS; i++) calls.startSoon("call", () -> rig.get("/hang"));
        }));
        CancelTest.await(() -> rig.server.requests() == before + CONNECTIONS);
        hanging.scope().cancel("all are under way");
        hanging.task().await();
    }

    private static void lively(Asked asked) {
        String path = asked.path();
        if (path.endsWith("/hang")) return;
        if (path.endsWith("/reset")) {
            asked.reset(ErrorCode.INTERNAL_ERROR);
        } else if (Math.floorMod(path.hashCode(), 7) < 2) {
            asked.later(Duration.ofMillis(2), () -> Http2Server.echo(asked));
        } else {
            Http2Server.echo(asked);
        }
    }
}
