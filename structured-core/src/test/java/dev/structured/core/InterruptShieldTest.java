package dev.structured.core;

import static dev.structured.core.InterruptTest.isFlagSet;
import static dev.structured.core.InterruptTest.sleepLong;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// What a shield does to interrupts of ours, on real threads: what sleeps here is the foreign code.
class InterruptShieldTest extends RealTest {
    private final List<String> trail = new CopyOnWriteArrayList<>();

    /// What our interrupt has made of the sleep is still flying when the shield goes up.
    @Test
    void interrupt_of_ours_that_a_shield_has_hidden_since_is_not_one_from_outside() throws Exception {
        scheduler.run("main", () -> {
            CancelScope outer = new CancelScope("outer").withTimeout(millis(10));
            CancelScope inner = new CancelScope("inner");
            outer.run(() -> {
                inner.run(() -> {
                    try {
                        sleepLong();
                    } finally {
                        inner.setShielded(true);
                    }
                });
                trail.add("after inner");
            });
            assertFlags(outer, true, true);
            assertFlags(inner, false, false);
        });
        assertEquals(List.of(), trail);
    }

    @Test
    void one_from_outside_is_told_from_ours_that_a_shield_has_hidden_before() {
        assertInterruptedFromOutside(
                assertThrows(ScopeCancelledException.class, () -> scheduler.run("main", () -> {
                    CancelScope outer = new CancelScope("outer").withTimeout(millis(10));
                    CancelScope inner = new CancelScope("inner");
                    outer.run(() -> {
                        inner.run(() -> {
                            assertThrows(InterruptedException.class, InterruptTest::sleepLong);
                            inner.setShielded(true);
                        });
                        new CancelScope("cleanup").withShield().run(() -> {
                            Thread.currentThread().interrupt();
                            sleepLong();
                        });
                    });
                })));
        assertTrue(Thread.interrupted());
    }

    @Test
    void interrupt_of_ours_that_the_parents_shield_has_hidden_since_is_not_one_from_outside() {
        inChildWhoseParentRaisesTheShield(() -> {
            sleepLong();
            trail.add("not reached");
        });
        assertEquals(List.of(), trail);
    }

    @Test
    void socket_that_ours_has_closed_is_not_a_failure_when_a_shield_has_gone_up_since() {
        inChildWhoseParentRaisesTheShield(() -> {
            throw new ClosedByInterruptException(); // which leaves the flag as it is
        });
    }

    @Test
    void checkpoint_behind_a_shield_that_the_parent_has_raised_is_quiet_and_clears_the_flag() {
        inChildWhoseParentRaisesTheShield(() -> {
            Checkpoints.checkpoint();
            assertFalse(isFlagSet());
            Thread.sleep(1);
            trail.add("slept");
        });
        assertEquals(List.of("slept"), trail);
    }

    private void inChildWhoseParentRaisesTheShield(Body<Exception> body) {
        scheduler.run("main", () -> {
            CancelScope outer = new CancelScope("outer");
            var interrupted = new AtomicBoolean();
            var raised = new AtomicBoolean();
            outer.run(() -> {
                Nursery.run(nursery -> {
                    nursery.startSoon("child", () -> {
                        spinUntil(InterruptTest::isFlagSet);
                        interrupted.set(true);
                        spinUntil(raised::get);
                        body.run();
                    });
                    outer.cancel();
                    spinUntil(interrupted::get);
                    nursery.scope().setShielded(true);
                    raised.set(true);
                });
                Checkpoints.checkpoint();
            });
            assertFlags(outer, true, true);
        });
    }

    @Test
    void shield_keeps_the_flag_out_and_its_end_brings_it_back() throws Exception {
        scheduler.run("main", () -> {
            CancelScope outer = new CancelScope("outer");
            outer.run(() -> {
                outer.cancel();
                assertTrue(isFlagSet());
                new CancelScope().withShield().run(() -> {
                    assertFalse(isFlagSet());
                    Thread.sleep(1);
                });
                assertTrue(isFlagSet());
                CancelScope inner = new CancelScope();
                inner.run(() -> {
                    inner.setShielded(true);
                    assertFalse(isFlagSet());
                    inner.setShielded(false);
                    assertTrue(isFlagSet());
                });
                sleepLong();
            });
            assertFlags(outer, true, true);
            assertFalse(isFlagSet());
        });
    }
}
