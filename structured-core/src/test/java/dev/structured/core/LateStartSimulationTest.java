package dev.structured.core;

import static dev.structured.core.Seeds.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Late starts against everything that may happen at the same moment.
class LateStartSimulationTest {
    private static final Duration SHORT = Duration.ofMillis(10);

    @Test
    void due_and_taken_back_at_once_it_runs_or_was_taken_back() {
        check(simulation -> {
            int[] ran = {0};
            boolean[] taken = {false};
            boolean[] closed = {false};
            simulation.run(() -> {
                Nursery.run(nursery -> {
                    LateStart<Void> late = nursery.startAfter(SHORT, "late", () -> {
                        ran[0]++;
                        assertFalse(closed[0], "runs in a nursery that has ended");
                        Checkpoints.checkpoint();
                    });
                    nursery.startSoon("taker", () -> {
                        if (simulation.random().nextBoolean()) Checkpoints.sleep(SHORT);
                        taken[0] = late.tryTakeBack();
                        assertEquals(taken[0], late.task() == null);
                        assertFalse(late.isPending());
                    });
                });
                closed[0] = true;
            });
            assertEquals(taken[0] ? 0 : 1, ran[0]);
        });
    }

    @Test
    void due_and_cancelled_at_once_nothing_is_left_and_nothing_hangs() {
        check(simulation -> {
            int[] live = {0};
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.run(() -> {
                scope.run(() -> Nursery.run(nursery -> {
                    for (int i = 0; i < 2; i++) {
                        nursery.startAfter(SHORT, "late", () -> {
                            live[0]++;
                            try {
                                Checkpoints.sleep(SHORT);
                            } finally {
                                live[0]--;
                            }
                        });
                    }
                    if (simulation.random().nextBoolean()) Checkpoints.sleepForever();
                    else if (simulation.random().nextBoolean()) Checkpoints.sleep(SHORT);
                }));
                assertEquals(0, live[0]);
            });
        });
    }

    @Test
    void added_while_the_nursery_is_being_cancelled_it_is_dropped_or_runs() {
        check(simulation -> {
            LateStart<?>[] late = {null};
            int[] ran = {0};
            simulation.run(() -> Nursery.run(nursery -> {
                simulation.cancelAnywhere(nursery.scope());
                nursery.startSoon("adder", () -> late[0] = nursery.startAfter(SHORT, "late", () -> {
                    ran[0]++;
                }));
            }));
            assertFalse(late[0].isPending());
            assertEquals(late[0].task() == null ? 0 : 1, ran[0]);
        });
    }

    @Test
    void failure_of_a_sibling_against_its_time() {
        check(simulation -> {
            boolean[] ran = {false};
            boolean[] ended = {false};
            try {
                simulation.run(() -> Nursery.run(nursery -> {
                    nursery.startAfter(SHORT, "late", () -> {
                        ran[0] = true;
                        Checkpoints.sleepForever();
                    });
                    nursery.startSoon("failing", () -> {
                        Checkpoints.sleep(SHORT);
                        throw new IOException("failing");
                    });
                }));
            } catch (NurseryFailedException failure) {
                ended[0] = true;
                assertEquals(1, failure.failures().size());
            }
            assertTrue(ended[0]);
        });
    }

    @Test
    void shields_that_are_toggled_around_it_leave_nothing_behind() {
        check(simulation -> {
            CancelScope outer = new CancelScope("outer");
            CancelScope shield = new CancelScope("shield").withShield();
            simulation.cancelAnywhere(outer);
            simulation.thread("toggler", () -> {
                shield.setShielded(false);
                shield.setShielded(true);
                shield.setShielded(false);
            });
            int[] ran = {0};
            simulation.run(() -> outer.run(() -> shield.run(() -> Nursery.run(nursery -> {
                nursery.startAfter(SHORT, "late", () -> {
                    ran[0]++;
                });
                Checkpoints.yieldNow();
            }))));
            assertTrue(ran[0] <= 1);
        });
    }
}
