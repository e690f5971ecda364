package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.combine.Combine;
import java.io.IOException;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tasks that do nothing but let others run do let them run, more of them than there are carriers. The test
/// fails by its timeout if they do not.
class FairnessTest extends RealTest {
    private final AtomicBoolean enough = new AtomicBoolean();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tasks_that_only_yield_do_not_starve_others_cancelled_or_not(boolean cancelled) {
        int spinners = Runtime.getRuntime().availableProcessors() + 1;
        List<CancelScope> scopes = new ArrayList<>();
        Other other = otherThread(() -> scheduler.run("spinners", () -> Nursery.run(nursery -> {
            for (int i = 0; i < spinners; i++) {
                CancelScope scope = new CancelScope();
                scopes.add(scope);
                nursery.startSoon("spinner", () -> scope.run(() -> {
                    while (!enough.get())
                        Checkpoints.yieldNow();
                }));
            }
        })));
        spinUntil(() -> scheduler.statistics().tasks() == spinners + 1);
        if (cancelled) scopes.forEach(CancelScope::cancel);
        for (int round = 0; round < 20; round++) {
            scheduler.run("others", () -> Nursery.run(nursery -> {
                for (int i = 0; i < 10; i++) nursery.startSoon("other", Checkpoints::checkpoint);
            }));
        }
        enough.set(true);
        join(other);
    }

    /// The bodies that fail, or win, get their turn while the others are being started on all carriers.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void start_of_many_tasks_lets_the_first_ones_run(boolean race) {
        int bodies = 50_000;
        List<AtomicInteger> taken = new ArrayList<>();
        scheduler.run("starts", () -> Nursery.run(nursery -> {
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                AtomicInteger mine = new AtomicInteger();
                taken.add(mine);
                List<ValueBody<String, Exception>> all = new AbstractList<>() {
                    @Override
                    public int size() {
                        return bodies;
                    }

                    @Override
                    public ValueBody<String, Exception> get(int index) {
                        if (mine.incrementAndGet() > 1) return () -> {
                            Checkpoints.sleepForever();
                            return "";
                        };
                        return race ? () -> "won" : () -> {
                            throw new IOException("failed");
                        };
                    }
                };
                nursery.startSoon("start", () -> {
                    if (race) Combine.race(all);
                    else
                        assertThrows(NurseryFailedException.class, () -> Combine.all(all));
                });
            }
        }));
        for (AtomicInteger each : taken) assertTrue(each.get() < bodies, () -> "taken: " + taken);
    }

    @Test
    void long_loop_over_things_that_are_ready_lets_others_run() {
        int loops = Runtime.getRuntime().availableProcessors() + 1;
        var looping = new AtomicInteger();
        Other other = otherThread(() -> scheduler.run("loop", () -> Nursery.run(nursery -> {
            Task<?> ready = nursery.startSoon("ready", () -> {});
            for (int i = 0; i < loops; i++) {
                nursery.startSoon("loop", () -> {
                    looping.incrementAndGet();
                    while (!enough.get())
                        ready.await();
                });
            }
        })));
        spinUntil(() -> looping.get() == loops); // that each of them has begun is half of the test
        scheduler.run("others", () -> Nursery.run(nursery -> {
            for (int i = 0; i < 10; i++) nursery.startSoon("other", Checkpoints::checkpoint);
        }));
        enough.set(true);
        join(other);
    }

    /// Each turn passes two schedule points, one of which never has to wait.
    @Test
    void long_loop_over_waits_that_are_decided_lets_others_run() {
        int loops = Runtime.getRuntime().availableProcessors() + 1;
        var looping = new AtomicInteger();
        Other other = otherThread(() -> scheduler.run("loop", () -> Nursery.run(nursery -> {
            for (int i = 0; i < loops; i++) {
                nursery.startSoon("loop", () -> {
                    looping.incrementAndGet();
                    while (!enough.get()) {
                        Checkpoints.quickCheckpoint();
                        Wait<String> wait = Wait.cancellable("nothing");
                        wait.complete("nothing");
                        wait.await();
                    }
                });
            }
        })));
        spinUntil(() -> looping.get() == loops);
        scheduler.run("others", () -> Nursery.run(nursery -> {
            for (int i = 0; i < 10; i++) nursery.startSoon("other", Checkpoints::checkpoint);
        }));
        enough.set(true);
        join(other);
    }
}
