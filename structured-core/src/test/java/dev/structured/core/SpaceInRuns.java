package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.interop.Portal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Steps of nurseries, scopes and ways into a run for [SpaceEndsInStepTest].
final class SpaceInRuns {
    private SpaceInRuns() {}

    static final class Submit extends SpaceScene {
        final List<CompletableFuture<Integer>> futures = new ArrayList<>(60);
        @Nullable
        Portal portal;
        int count;

        @Override
        void before(Nursery nursery) {
            portal = Portal.open(nursery);
            futures.add(portal.submit(() -> 0));
            count++;
            futures.getFirst().join();
        }

        @Override
        void step() {
            for (int i = 1; i < 50; i++) {
                int number = i;
                futures.add(required(portal).submit(() -> number));
                count++;
            }
        }

        @Override
        void after(boolean done) {
            Portal open = required(portal);
            for (int i = 0; i < count; i++) {
                int at = i;
                awaitThat(() -> futures.get(at).isDone());
                assertEquals(i, futures.get(i).join());
            }
            open.close();
        }
    }

    static final class Post extends SpaceScene {
        final AtomicInteger ran = new AtomicInteger();
        int accepted;

        @Override
        void step() {
            try (RunEntry entry = RunEntry.open()) {
                for (int i = 0; i < 40; i++) {
                    if (entry.postOnce("key " + i % 4, ran::incrementAndGet)) accepted++;
                    entry.post(ran::incrementAndGet);
                    accepted++;
                }
            }
        }

        @Override
        void after(boolean done) {
            try (RunEntry entry = RunEntry.open()) {
                awaitThat(() -> ran.get() >= accepted);
                int before = ran.get();
                for (int i = 0; i < 4; i++)
                    assertTrue(entry.postOnce("key " + i, ran::incrementAndGet));
                awaitThat(() -> ran.get() == before + 4);
            }
        }
    }

    static final class AChildFails extends SpaceScene {
        @Nullable
        Throwable thrown;

        @Override
        void step() {
            try {
                Nursery.run(nursery -> {
                    boolean armed = NoSpace.pause();
                    nursery.startSoon("fails", () -> {
                        if (armed) NoSpace.goOn();
                        throw new IllegalStateException("test");
                    });
                    Checkpoints.sleepForever();
                });
            } catch (NurseryFailedException | OutOfMemoryError e) {
                thrown = e;
            }
        }

        @Override
        void after(boolean done) {
            assertTrue(thrown != null);
        }
    }

    static final class OpenANursery extends SpaceScene {
        final AtomicInteger begun = new AtomicInteger();
        final AtomicInteger ended = new AtomicInteger();

        @Override
        void step() {
            Nursery.run(nursery -> {
                for (int i = 0; i < 3; i++) {
                    nursery.startSoon("child " + i, () -> {
                        begun.incrementAndGet();
                        try {
                            Checkpoints.sleep(Duration.ofMillis(1));
                        } finally {
                            ended.incrementAndGet();
                        }
                    });
                }
                Timeouts.moveOnAfter(Duration.ofMillis(1), () -> Checkpoints.sleepForever());
            });
        }

        @Override
        void after(boolean done) {
            assertEquals(begun.get(), ended.get());
        }
    }

    static final class CancelAScope extends SpaceScene {
        final CancelScope scope = new CancelScope("to be cancelled");
        final AtomicInteger begun = new AtomicInteger();
        final AtomicInteger ended = new AtomicInteger();

        @Override
        void before(Nursery nursery) {
            nursery.startSoon("in scope", () -> scope.run(() -> Nursery.run(inner -> {
                for (int i = 0; i < 5; i++) {
                    inner.startSoon("child " + i, () -> {
                        begun.incrementAndGet();
                        try {
                            Checkpoints.sleepForever();
                        } finally {
                            ended.incrementAndGet();
                        }
                    });
                }
            })));
            awaitThat(() -> begun.get() == 5);
        }

        @Override
        void step() {
            scope.cancel("test");
        }

        @Override
        void after(boolean done) {
            if (!done) scope.cancel("test");
            awaitThat(() -> ended.get() == 5);
        }
    }

    static final class StartAndWait extends SpaceScene {
        @Override
        void step() {
            nursery().start("server", status -> {
                status.started();
                Checkpoints.checkpoint();
            });
        }

        @Override
        void after(boolean done) {}
    }
}
