package dev.structured.core.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.testing.Sequencer;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.List;

class I_ClockAndKitTest extends Scenarios {
    @StructuredTest
    void s106_time_advances_by_exactly_what_is_slept(VirtualClock clock) {
        double expected = 0;
        for (int i = 0; i < 100; i += 10) {
            sleep(i);
            expected += i;
            assertEquals(expected, time(clock));
        }
        double now = time(clock);
        assertThrows(IllegalArgumentException.class, () -> clock.jump(Duration.ofNanos(-1)));
        clock.jump(Duration.ZERO);
        assertEquals(now, time(clock));
    }

    @StructuredTest
    void s108_settle_returns_when_the_others_wait(VirtualClock clock) {
        Nursery.run(nursery -> {
            for (int i = 0; i < 2; i++) {
                nursery.startSoon("settler", () -> {
                    clock.settle();
                    trail.add("settled");
                });
            }
            nursery.startSoon("busy", () -> {
                for (int i = 0; i < 10; i++) {
                    Checkpoints.checkpoint();
                    trail.add("busy");
                }
                Checkpoints.sleepForever();
            });
            clock.settle();
            clock.settle();
            nursery.scope().cancel();
        });
        assertEquals(12, trail.size());
        assertEquals(List.of("busy", "settled", "settled"), trail.subList(9, 12));
    }

    @StructuredTest
    void s108_cancelled_settle_throws(VirtualClock clock) {
        CancelScope scope = new CancelScope();
        scope.run(() -> {
            scope.cancel();
            clock.settle();
            trail.add("not reached");
        });
        assertFlags(scope, true, true);
        assertEquals(List.of(), trail);
    }

    @StructuredTest
    void s109_points_of_a_sequence_are_passed_in_their_order() {
        Sequencer sequence = new Sequencer();
        Nursery.run(nursery -> {
            nursery.startSoon("even", () -> {
                for (int i : List.of(0, 2, 4)) sequence.at(i, () -> trail.add("even " + i));
            });
            nursery.startSoon("odd", () -> {
                for (int i : List.of(1, 3, 5)) {
                    try (var _ = sequence.at(i)) {
                        trail.add("odd " + i);
                    }
                }
            });
        });
        assertEquals(List.of("even 0", "odd 1", "even 2", "odd 3", "even 4", "odd 5"), trail);
        assertThrows(IllegalStateException.class, () -> sequence.at(3));
    }

    @StructuredTest
    void s109_cancelled_waiter_breaks_the_others(VirtualClock clock) {
        Sequencer sequence = new Sequencer();
        CancelScope scope = new CancelScope();
        Nursery.run(nursery -> {
            nursery.startSoon("cancelled", () -> scope.run(() -> sequence.at(1)));
            for (int i : List.of(2, 3)) {
                nursery.startSoon("other", () -> {
                    var broken = assertThrows(IllegalStateException.class, () -> sequence.at(i));
                    assertTrue(broken.getMessage().contains("The sequence is broken"), broken.getMessage());
                    trail.add("broken");
                });
            }
            clock.settle();
            scope.cancel();
        });
        assertFlags(scope, true, true);
        assertEquals(List.of("broken", "broken"), trail);
    }
}
