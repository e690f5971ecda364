package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Nursery;
import dev.structured.core.sync.TaskSemaphore;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.client.Rig.Over;
import dev.structured.service.demo.Action;
import dev.structured.service.demo.Action.Delayed;
import dev.structured.service.demo.Faults;
import dev.structured.service.demo.Request;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Thousands of calls, a third of them cancelled at any moment, against a downstream that answers, delays,
/// drips, resets and hangs: no call gets the answer of another one, and nothing is left, neither a socket nor
/// a permit nor a count.
@Timeout(120)
class LeftoverTest {
    private static final int CALLS = 3_000;
    private static final int CONNECTIONS = 12;
    private static final int AT_ONCE = 60;

    private final long seed = System.nanoTime();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger broken = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();

    @ParameterizedTest
    @EnumSource
    void calls_that_are_cancelled_at_any_moment_leave_nothing(Over over) {
        var keys = List.of("maxConnections: " + CONNECTIONS, "maxQueued: " + AT_ONCE);
        Rig.run(over, keys, LeftoverTest::lively, rig -> {
            callAll(rig);
            assertEquals(CALLS, answered.get() + broken.get() + cancelled.get());
            assertTrue(answered.get() > CALLS / 3 && cancelled.get() > CALLS / 20 && broken.get() > 0,
                    () -> answered + " answered, " + broken + " broken, " + cancelled + " cancelled, seed "
                            + seed);
            assertEquals(CALLS, rig.observer.started.get());
            assertEquals(CALLS, rig.observer.ended.size());
            OpenConnections left = rig.http.openConnections().getFirst();
            assertEquals(0, left.active());
            assertTrue(left.idle() <= CONNECTIONS, left::toString);
            CancelTest.await(() -> rig.server.openConnections() <= left.idle());
            useEveryPermit(rig);
        });
    }

    private void callAll(Rig rig) {
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

    private void call(Rig rig, String path) throws InterruptedException {
        try {
            assertEquals(path, rig.echoed(path), () -> "seed " + seed);
            answered.incrementAndGet();
        } catch (DownstreamException e) {
            assertTrue(path.endsWith("/reset"), () -> e + ", seed " + seed);
            broken.incrementAndGet();
        }
    }

    /// If a cancelled call had kept a permit, these would not all be under way at once.
    private static void useEveryPermit(Rig rig) throws Exception {
        CancelScope hanging = new CancelScope("hanging");
        int before = rig.server.requests();
        var all = rig.nursery.startSoon("hanging", () -> hanging.run(() -> Nursery.run(calls -> {
            for (int i = 0; i < CONNECTIONS; i++) calls.startSoon("call", () -> rig.get("/hang"));
        })));
        CancelTest.await(() -> rig.server.requests() == before + CONNECTIONS);
        hanging.cancel("all are under way");
        all.await();
        OpenConnections left = rig.http.openConnections().getFirst();
        assertEquals(0, left.active() + left.idle());
    }

    private static Action lively(Request request) {
        String path = request.path();
        if (path.endsWith("/hang")) return Faults.hang();
        if (path.endsWith("/reset")) return Faults.reset();
        int number = Math.floorMod(path.hashCode(), 7);
        return switch (number) {
            case 0, 1 -> new Delayed(Duration.ofMillis(number), Rig.echo(request));
            case 2 -> Faults.drip(Rig.echo(request), Duration.ZERO);
            default -> Rig.echo(request);
        };
    }
}
