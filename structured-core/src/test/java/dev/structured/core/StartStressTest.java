package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Tasks that are being started, on the real machine, whose callers are cancelled at about that moment.
class StartStressTest extends KernelTest {
    /// Two threads a round: the caller's scope is cancelled while the task says that it is ready. Either it
    /// stays and is stopped, or it goes on in the nursery; nothing hangs, and no Cancelled gets out of
    /// either.
    @Test
    void readiness_and_cancellation_race_to_one_outcome() throws Exception {
        try (Scheduler real = Scheduler.open()) {
            var moved = new AtomicInteger();
            real.run("main", () -> {
                long end = System.nanoTime() + 300_000_000L;
                for (int round = 0; System.nanoTime() < end; round++) {
                    int pause = round % 50;
                    int delay = ThreadLocalRandom.current().nextInt(2_000);
                    boolean cancels = round % 10 > 0;
                    Nursery.run(nursery -> {
                        CancelScope scope = new CancelScope();
                        if (cancels) {
                            nursery.startSoon("canceller", () -> {
                                for (int i = 0; i < delay; i++) Thread.onSpinWait();
                                scope.cancel();
                            });
                        }
                        var ended = new AtomicReference<String>();
                        ScopeResult<String> result = scope
                                .call(() -> nursery.<String, RuntimeException>start("child", status -> {
                                    for (int i = 0; i < pause; i++) Thread.onSpinWait();
                                    status.started("ready");
                                    try {
                                        Checkpoints.sleep(RealTest.millis(1));
                                        ended.set("slept");
                                    } finally {
                                        ended.compareAndSet(null, "stopped");
                                    }
                                }));
                        if (result.isCancelled()) assertEquals("stopped", ended.get());
                        else
                            moved.incrementAndGet();
                        clockless(ended, result);
                    });
                }
            });
            assertTrue(moved.get() > 0, "no task was ever ready in time, not even without a cancellation");
            assertEquals(0, real.statistics().tasks());
        }
    }

    /// A walk up from a task below may be on the caller's scopes, of which there are many here, while the
    /// child is moved: it must not find a cancellation that came after that, as no scope around the task
    /// could absorb it.
    @Test
    void cancellation_of_the_caller_right_after_the_move_is_not_seen_by_a_walk_under_way() throws Exception {
        try (Scheduler real = Scheduler.open()) {
            real.run("main", () -> {
                for (long end = System.nanoTime() + 500_000_000L; System.nanoTime() < end;) {
                    moveAndCancel();
                }
            });
        }
    }

    private static void moveAndCancel() {
        Nursery.run(nursery -> {
            CancelScope caller = new CancelScope("caller's");
            var done = new AtomicReference<String>();
            caller.run(() -> within(300, () -> {
                nursery.startUntilReady("child", status -> Nursery.run(inner -> {
                    inner.startSoon("looker", () -> {
                        while (done.get() == null)
                            Checkpoints.checkCancelled();
                    });
                    status.started();
                    caller.cancel();
                    for (int i = 0; i < 1_000; i++) Thread.onSpinWait();
                    done.set("done");
                }));
            }));
        });
    }

    private static void within(int scopes, Body<RuntimeException> body) {
        if (scopes == 0) body.run();
        else
            new CancelScope().run(() -> within(scopes - 1, body));
    }

    /// What has moved goes on whatever the caller's scope does.
    private static void clockless(AtomicReference<String> ended, ScopeResult<String> result) {
        if (result.isCancelled()) return;
        while (ended.get() == null)
            Checkpoints.sleep(RealTest.millis(1));
        assertEquals("slept", ended.get());
    }
}
