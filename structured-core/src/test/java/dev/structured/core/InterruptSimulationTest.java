package dev.structured.core;

import static dev.structured.core.Seeds.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Interrupts, ours and those from outside, and foreign code that heeds or swallows them; in a thousand
/// different orders each. One thread runs at a time, so the tests' own state needs no locks. The labels J4 to
/// J6 are those of the design.
class InterruptSimulationTest {
    private static final Duration SHORT = Duration.ofMillis(10);

    private static void checkpoints(int count) {
        for (int i = 0; i < count; i++) Checkpoints.checkpoint();
    }

    @Test
    void j4_interrupt_from_outside_cancels_the_run_and_is_given_back() {
        check(simulation -> {
            Thread thread = Thread.currentThread();
            boolean[] sent = {false};
            simulation.thread("interrupter", () -> {
                sent[0] = true;
                simulation.platform().interrupt(thread);
            });
            try {
                simulation.run(() -> {
                    Checkpoints.checkpoint();
                    Nursery.run(nursery -> {
                        nursery.startSoon("child", Checkpoints::checkpoint);
                        Checkpoints.sleep(SHORT);
                    });
                    Checkpoints.checkpoint();
                    if (!sent[0]) assertFalse(thread.isInterrupted(), "a flag that nobody has set");
                });
            } catch (ScopeCancelledException e) {
                assertEquals(CancelReason.Source.INTERRUPTED, e.reason().source());
                assertTrue(sent[0]);
            }
            assertEquals(sent[0], Thread.interrupted(), "the flag of an interrupt from outside");
        });
    }

    @Test
    void j4_interrupt_from_outside_is_seen_beside_a_cancellation() {
        check(simulation -> {
            Thread thread = Thread.currentThread();
            CancelScope scope = new CancelScope();
            boolean[] interrupted = {false};
            simulation.cancelAnywhere(scope);
            simulation.thread("interrupter", () -> {
                interrupted[0] = true;
                simulation.platform().interrupt(thread);
            });
            boolean cancelled = false;
            try {
                simulation.run(() -> {
                    scope.run(() -> {
                        checkpoints(2);
                        simulation.foreignSleep();
                    });
                    if (!interrupted[0]) assertFalse(thread.isInterrupted(), "a flag out of its scope");
                });
            } catch (ScopeCancelledException e) {
                assertEquals(CancelReason.Source.INTERRUPTED, e.reason().source());
                cancelled = true;
            }
            boolean flag = Thread.interrupted();
            if (cancelled) assertTrue(flag, "not given back");
            if (flag) assertTrue(interrupted[0], "a flag of ours got out of the run");
        });
    }

    @Test
    void j5_foreign_code_is_cancelled_wherever_it_is() {
        check(simulation -> {
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.run(() -> {
                Nursery.run(nursery -> nursery.startSoon("child", () -> scope.run(() -> {
                    simulation.point("before");
                    simulation.foreignSleep();
                })));
                assertTrue(scope.absorbedCancellation());
            });
        });
    }

    @Test
    void j6_foreign_code_that_swallows_interrupts_is_interrupted_again() {
        check(simulation -> {
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.run(() -> {
                scope.run(() -> {
                    for (int i = 0; i < 3; i++) simulation.foreignWait();
                    Checkpoints.checkpoint();
                    throw new AssertionError("a checkpoint let a cancelled task pass");
                });
                assertTrue(scope.absorbedCancellation());
                assertFalse(Thread.currentThread().isInterrupted(), "flag out of its scope");
                Checkpoints.checkpoint();
            });
        });
    }

    @Test
    void j5_child_of_a_cancelled_nursery_is_stopped_in_foreign_code() {
        check(simulation -> {
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.run(() -> scope.run(() -> Nursery.run(nursery -> {
                nursery.startSoon("child", () -> simulation.foreignSleep());
                nursery.startSoon("other", () -> simulation.foreignSleep());
            })));
            assertTrue(scope.absorbedCancellation());
        });
    }

    @Test
    void j5_cancellation_that_comes_while_a_wait_ends_reaches_foreign_code() {
        check(simulation -> {
            ParkingLot lot = new ParkingLot();
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.thread("waker", () -> {
                while (lot.unpark(1) == 0 && !scope.isCancelled())
                    simulation.point("nobody yet");
            });
            simulation.run(() -> scope.run(() -> {
                lot.park();
                simulation.foreignSleep();
            }));
            assertTrue(scope.absorbedCancellation());
        });
    }

    /// With a flag of ours in it the wait for the children could not park, and would spin.
    @Test
    void j4_flag_of_a_cancellation_does_not_get_into_the_wait_for_children() {
        check(simulation -> {
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            int[] rounds = {0};
            simulation.run(() -> scope.run(() -> Nursery.run(nursery -> {
                nursery.startSoon("child", () -> new CancelScope().withShield().run(() -> {
                    for (int i = 0; i < 5; i++) Checkpoints.sleep(SHORT);
                }));
                simulation.point("foreign code");
                rounds[0]++;
            })));
            assertEquals(1, rounds[0]);
        });
    }

    @Test
    void j4_interrupt_from_outside_before_a_cancellation_is_told_from_it() {
        check(simulation -> {
            Thread thread = Thread.currentThread();
            CancelScope scope = new CancelScope();
            boolean[] sent = {false};
            simulation.thread("both", () -> {
                sent[0] = true;
                simulation.platform().interrupt(thread);
                simulation.point("between");
                scope.cancel();
            });
            try {
                simulation.run(() -> scope.run(() -> {
                    for (int i = 0; i < 4; i++) simulation.point("foreign code");
                    Checkpoints.checkpoint();
                }));
            } catch (ScopeCancelledException e) {
                assertEquals(CancelReason.Source.INTERRUPTED, e.reason().source());
            }
            assertEquals(sent[0], Thread.interrupted());
        });
    }

    @Test
    void flag_of_a_cancellation_gets_into_no_wait_and_out_of_no_scope() {
        check(simulation -> {
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.run(() -> {
                scope.run(() -> {
                    simulation.point("foreign code");
                    Checkpoints.checkpoint();
                    Checkpoints.sleep(SHORT);
                    simulation.point("foreign code");
                });
                assertFalse(Thread.currentThread().isInterrupted(), "flag out of its scope");
                Checkpoints.sleep(SHORT);
            });
        });
    }
}
