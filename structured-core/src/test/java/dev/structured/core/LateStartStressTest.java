package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Late starts on the real machine, whose time comes about when they are taken back.
@Timeout(120)
class LateStartStressTest extends RealTest {
    private static final int ROUNDS = 3_000;

    @Test
    void each_runs_once_or_was_taken_back() {
        int[] taken = {0};
        AtomicInteger ran = new AtomicInteger();
        scheduler.run("test", () -> {
            for (int i = 0; i < ROUNDS; i++) {
                Duration delay = Duration.ofNanos(i % 100 * 1_000L);
                Nursery.run(nursery -> {
                    LateStart<Void> late = nursery.startAfter(delay, "late", () -> {
                        ran.incrementAndGet();
                    });
                    for (int k = 0; k < 20; k++) giveWay();
                    boolean back = late.tryTakeBack();
                    if (back) taken[0]++;
                    assertEquals(back, late.task() == null);
                    assertFalse(late.isPending());
                });
                assertEquals(i + 1, taken[0] + ran.get(),
                        "a late start was lost, or ran twice or after its nursery");
            }
        });
    }

    @Test
    void cancelled_about_when_their_time_comes_none_outlives_its_nursery() {
        AtomicInteger live = new AtomicInteger();
        scheduler.run("test", () -> {
            for (int i = 0; i < ROUNDS; i++) {
                Duration delay = Duration.ofNanos(i % 100 * 1_000L);
                Nursery.run(nursery -> {
                    for (int k = 0; k < 3; k++) {
                        nursery.startAfter(delay, "late", () -> {
                            live.incrementAndGet();
                            try {
                                Checkpoints.sleepForever();
                            } finally {
                                live.decrementAndGet();
                            }
                        });
                    }
                    for (int k = 0; k < 20; k++) giveWay();
                    nursery.scope().cancel();
                });
                assertEquals(0, live.get());
            }
        });
    }
}
