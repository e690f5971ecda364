package dev.structured.core.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Action;
import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.ScopeResult;
import dev.structured.core.Task;
import dev.structured.core.sync.CapacityLimiter;
import dev.structured.testing.Simulation;
import org.junit.jupiter.api.Test;

/// Work on other threads and a cancellation at any moment, in a thousand different orders for each policy.
/// One thread runs at a time, so the tests' own state needs no locks.
class BlockingSimulationTest {
    private static final int SEEDS = 1_000;

    static void check(Action<Simulation, ?> body) {
        assertTrue(Simulation.check(SEEDS, body).schedules() > SEEDS / 20, "hardly any different orders");
    }

    /// How some calls have ended.
    private static final class Ends {
        int begun;
        int finished;
        int values;
        int cancelled;
    }

    private static void yieldToOthers(Simulation simulation) {
        for (int i = simulation.random().nextInt(3); i > 0; i--) simulation.point("works");
    }

    /// Three tasks for two permits, each cancelled at some moment; what is returned and what was done is
    /// counted.
    private static void cancelAnywhere(OnCancel policy, int[] seenAbandoned) {
        check(simulation -> {
            CapacityLimiter permits = new CapacityLimiter(2);
            Workers workers = new Workers("test", ThreadLimit.of(permits));
            Ends ends = new Ends();
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 3; i++) {
                    CancelScope scope = new CancelScope();
                    simulation.cancelAnywhere(scope);
                    nursery.startSoon("host", () -> {
                        ScopeResult<String> result = scope.call(() -> workers.call(policy, () -> {
                            ends.begun++;
                            assertTrue(permits.statistics().available() <= 1);
                            yieldToOthers(simulation);
                            if (policy == OnCancel.INTERRUPT && Thread.interrupted())
                                throw new InterruptedException();
                            ends.finished++;
                            return "value";
                        }));
                        if (result.isCancelled()) ends.cancelled++;
                        else
                            ends.values++;
                        Workers.Statistics now = workers.statistics();
                        assertTrue(now.running() + now.abandoned() <= 2, now::toString);
                    });
                }
            }));
            simulation.joinThreads();
            Workers.Statistics left = workers.statistics();
            assertEquals(3, ends.values + ends.cancelled);
            assertEquals(0, left.running() + left.waiting());
            assertEquals(0, left.lateErrors());
            if (policy == OnCancel.ABANDON) {
                seenAbandoned[0] += (int) left.abandonedInTotal();
                assertTrue(ends.values <= ends.begun);
                while (workers.statistics().abandoned() > 0 || permits.statistics().available() < 2)
                    simulation.point("waits for those who were left alone");
                assertEquals(ends.begun, ends.finished);
            } else {
                assertEquals(0, left.abandonedInTotal());
                assertEquals(ends.finished, ends.values);
                if (policy == OnCancel.WAIT) assertEquals(ends.begun, ends.values);
            }
            assertEquals(2, permits.statistics().available());
        });
    }

    @Test
    void waiting_task_has_a_value_exactly_if_its_work_has_begun() {
        cancelAnywhere(OnCancel.WAIT, new int[1]);
    }

    @Test
    void interrupted_work_has_ended_and_gives_its_value_if_it_has_one() {
        cancelAnywhere(OnCancel.INTERRUPT, new int[1]);
    }

    @Test
    void abandoned_work_is_counted_and_gives_its_permit_back() {
        int[] abandoned = {0};
        cancelAnywhere(OnCancel.ABANDON, abandoned);
        assertTrue(abandoned[0] > 50, "hardly ever: " + abandoned[0]);
    }

    /// The thread's next work begins when the permit is back.
    @Test
    void interrupt_of_work_never_comes_after_its_end() {
        check(simulation -> {
            ThreadLimit limit = new ThreadLimit() {
                @Override
                public void acquire(Object work) {}

                @Override
                public void release(Object work) {
                    for (int i = 0; i < 3; i++) {
                        assertFalse(Thread.currentThread().isInterrupted());
                        simulation.point("gives the permit back");
                    }
                }
            };
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.run(() -> scope.run(() -> new Workers("test", limit)
                    .run(OnCancel.INTERRUPT, () -> yieldToOthers(simulation))));
        });
    }

    /// A worker that calls back gets an answer, whatever is cancelled: a value, a Cancelled, or that its host
    /// has left.
    @Test
    void every_call_back_is_answered() {
        int[] refused = {0};
        int[] cancelled = {0};
        for (OnCancel policy : OnCancel.values()) {
            check(simulation -> {
                CapacityLimiter permits = new CapacityLimiter(1);
                Workers workers = new Workers("test", ThreadLimit.of(permits));
                int[] answers = {0, 0};
                CancelScope scope = new CancelScope();
                simulation.cancelAnywhere(scope);
                simulation.run(() -> {
                    Task<?> host = Task.current();
                    scope.run(() -> workers.run(policy, () -> {
                        answers[0]++;
                        try {
                            Blocking.inHost(() -> {
                                assertEquals(host, Task.current());
                                Checkpoints.checkpoint();
                                return 1;
                            });
                        } catch (HostGoneException gone) {
                            refused[0]++;
                        } catch (Cancelled stopped) {
                            cancelled[0]++;
                        }
                        answers[1]++;
                    }));
                });
                while (permits.statistics().available() == 0)
                    simulation.point("waits for the worker");
                assertEquals(answers[0], answers[1]);
            });
        }
        assertTrue(refused[0] > 10 && cancelled[0] > 10,
                refused[0] + " refused, " + cancelled[0] + " cancelled");
    }

    /// Polling is quiet until the task is cancelled; from then on, never.
    @Test
    void poll_of_a_worker_agrees_with_its_host() {
        for (OnCancel policy : OnCancel.values()) {
            check(simulation -> {
                CapacityLimiter permits = new CapacityLimiter(1);
                Workers workers = new Workers("test", ThreadLimit.of(permits));
                CancelScope scope = new CancelScope();
                boolean[] over = {false};
                simulation.cancelAnywhere(scope);
                simulation.run(() -> scope.run(() -> workers.run(policy, () -> {
                    for (int i = 0; i < 4; i++) {
                        boolean before = scope.isCancelled();
                        try {
                            Blocking.throwIfCancelled();
                            if (policy == OnCancel.WAIT) assertFalse(before, "quiet although cancelled");
                            assertFalse(over[0], "quiet after it had thrown");
                        } catch (Cancelled cancelled) {
                            assertTrue(scope.isCancelled());
                            over[0] = true;
                        }
                    }
                })));
                while (permits.statistics().available() == 0)
                    simulation.point("waits for the worker");
            });
        }
    }
}
