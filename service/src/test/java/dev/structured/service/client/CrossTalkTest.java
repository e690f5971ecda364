package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
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

/// Many calls at once over few connections, many of them cancelled at any moment: each gets its own answer or
/// none.
@Timeout(60)
class CrossTalkTest {
    private static final int CALLS = 600;

    @ParameterizedTest
    @EnumSource
    void no_call_gets_the_answer_of_another_and_no_cancelled_call_harms_another(Over over) {
        long seed = System.nanoTime();
        List<String> few = List.of("maxConnections: 6", "maxQueued: " + CALLS);
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();
        Rig.run(over, few, CrossTalkTest::lively, rig -> Nursery.run(calls -> {
            Random random = new Random(seed);
            for (int i = 0; i < CALLS; i++) {
                boolean impatient = random.nextInt(3) == 0;
                Duration patience = Duration.ofNanos(random.nextInt(20_000_000));
                String path = "/" + i + (impatient && random.nextBoolean() ? "/hang" : "");
                CancelScope scope = new CancelScope("call");
                if (impatient) scope.setTimeout(patience);
                calls.startSoon("call-" + i, () -> {
                    scope.run(() -> {
                        assertEquals(path, rig.echoed(path), () -> "seed " + seed);
                        answered.incrementAndGet();
                    });
                    if (scope.absorbedCancellation()) cancelled.incrementAndGet();
                });
                if (random.nextInt(4) == 0) Checkpoints.sleep(Duration.ofNanos(random.nextInt(1_000_000)));
            }
        }));
        assertEquals(CALLS, answered.get() + cancelled.get());
        assertTrue(answered.get() > CALLS / 2 && cancelled.get() > 0,
                () -> answered + " answered, seed " + seed);
    }

    private static Action lively(Request request) {
        if (request.path().endsWith("/hang")) return Faults.hang();
        int number = Math.floorMod(request.path().hashCode(), 7);
        return switch (number) {
            case 0, 1 -> new Delayed(Duration.ofMillis(number), Rig.echo(request));
            case 2 -> Faults.drip(Rig.echo(request), Duration.ZERO);
            default -> Rig.echo(request);
        };
    }
}
