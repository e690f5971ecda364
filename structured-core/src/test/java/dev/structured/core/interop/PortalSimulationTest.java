package dev.structured.core.interop;

import static dev.structured.core.interop.BlockingSimulationTest.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.RunFinishedException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Calls from outside, while the portal closes, its nursery is cancelled, the run ends and callers are
/// interrupted; in a thousand different orders each.
class PortalSimulationTest {
    /// How some calls have ended, and what they did.
    private static final class Ends {
        int done;
        int values;
        int refused;
        int cancelled;
        int interrupted;
        int finished;

        int all() {
            return values + refused + cancelled + interrupted + finished;
        }
    }

    private static void call(Portal portal, Ends ends, boolean sleeps) {
        try {
            int value = portal.<Integer, RuntimeException>call(() -> {
                if (sleeps) Checkpoints.checkpoint();
                ends.done++;
                return 7;
            });
            assertEquals(7, value);
            ends.values++;
        } catch (InterruptedException e) {
            ends.interrupted++;
        } catch (RunFinishedException e) {
            ends.finished++;
        } catch (CancellationException e) {
            ends.cancelled++;
        } catch (IllegalStateException e) {
            ends.refused++;
        }
    }

    /// Who is not refused has a value: closing loses no call that was accepted.
    @Test
    void call_that_meets_the_closing_is_run_or_refused() {
        int[] refused = {0};
        int[] values = {0};
        check(simulation -> {
            Ends ends = new Ends();
            AtomicReference<@Nullable Portal> late = new AtomicReference<>();
            simulation.run(() -> Nursery.run(nursery -> {
                try (Portal portal = Portal.open(nursery)) {
                    late.set(portal);
                    for (int i = 0; i < 3; i++) simulation.thread("caller", () -> call(portal, ends, true));
                    for (int i = simulation.random().nextInt(4); i > 0; i--) Checkpoints.checkpoint();
                }
            }));
            simulation.joinThreads();
            assertEquals(3, ends.all());
            assertEquals(3, ends.values + ends.refused);
            assertEquals(ends.values, ends.done);
            assertEquals(new Portal.Statistics(0, 0, false), late.get().statistics());
            refused[0] += ends.refused;
            values[0] += ends.values;
        });
        assertTrue(refused[0] > 50 && values[0] > 50, refused[0] + " refused, " + values[0] + " values");
    }

    @Test
    void call_that_meets_a_cancellation_or_the_end_of_the_run_is_answered() {
        int[] cancelled = {0};
        int[] finished = {0};
        check(simulation -> {
            Ends ends = new Ends();
            simulation.run(() -> Nursery.run(nursery -> {
                Portal portal = Portal.open(nursery);
                for (int i = 0; i < 3; i++) simulation.thread("caller", () -> call(portal, ends, true));
                simulation.thread("canceller", nursery.scope()::cancel);
            }));
            simulation.joinThreads();
            assertEquals(3, ends.all());
            assertEquals(0, ends.refused + ends.interrupted);
            assertEquals(ends.values, ends.done);
            cancelled[0] += ends.cancelled;
            finished[0] += ends.finished;
        });
        assertTrue(cancelled[0] > 50 && finished[0] > 50,
                cancelled[0] + " cancelled, " + finished[0] + " finished");
    }

    @Test
    void interrupted_caller_has_a_value_or_an_exception_and_its_task_has_ended() {
        int[] interrupted = {0};
        check(simulation -> {
            Ends ends = new Ends();
            simulation.run(() -> Nursery.run(nursery -> {
                try (Portal portal = Portal.open(nursery)) {
                    boolean[] over = {false};
                    simulation.thread("caller", () -> {
                        Thread me = Thread.currentThread();
                        simulation.interruptAnywhere(me);
                        call(portal, ends, true);
                        assertEquals(0, portal.statistics().running() + portal.statistics().waiting());
                        over[0] = true;
                    });
                    while (!over[0])
                        Checkpoints.sleep(java.time.Duration.ofMillis(1));
                }
            }));
            simulation.joinThreads();
            assertEquals(1, ends.values + ends.interrupted);
            assertEquals(ends.values, ends.done);
            interrupted[0] += ends.interrupted;
        });
        assertTrue(interrupted[0] > 50, "hardly ever interrupted: " + interrupted[0]);
    }

    @Test
    void cancelled_future_and_its_task_agree_that_nothing_is_left() {
        int[] cancelled = {0};
        check(simulation -> {
            int[] begun = {0};
            int[] ended = {0};
            AtomicReference<@Nullable CompletableFuture<Integer>> submitted = new AtomicReference<>();
            simulation.run(() -> Nursery.run(nursery -> {
                Portal portal = Portal.open(nursery);
                simulation.thread("caller", () -> {
                    CompletableFuture<Integer> future = portal.submit(() -> {
                        begun[0]++;
                        try {
                            Checkpoints.checkpoint();
                            return 7;
                        } finally {
                            ended[0]++;
                        }
                    });
                    submitted.set(future);
                    simulation.point("submitted");
                    if (future.cancel(true)) cancelled[0]++;
                    portal.close();
                });
            }));
            simulation.joinThreads();
            assertTrue(submitted.get().isDone());
            assertEquals(begun[0], ended[0]);
        });
        assertTrue(cancelled[0] > 50, "hardly ever cancelled: " + cancelled[0]);
    }
}
