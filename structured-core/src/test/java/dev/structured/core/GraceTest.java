package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// The second phase of a soft stop: what becomes of a scope when the grace that it was given is over.
class GraceTest extends KernelTest {
    private final List<String> trail = new CopyOnWriteArrayList<>();

    @Test
    void cancels_with_the_reason_shutdown_when_the_grace_is_over() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope("scope");
            scope.run(() -> {
                sleep(1);
                scope.requestStop(seconds(2));
                Checkpoints.sleepForever();
            });
            assertFlags(scope, true, true);
            assertEquals(new CancelReason(CancelReason.Source.SHUTDOWN, "scope",
                    "it was asked to stop, and its grace is over", null), scope.reason());
        });
        assertEquals(3, time());
    }

    @Test
    void no_grace_at_all_is_over_at_once() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope("scope");
            scope.run(() -> {
                scope.requestStop(Duration.ZERO);
                Checkpoints.checkCancelled();
                trail.add("not reached");
            });
            assertFlags(scope, true, true);
        });
        assertEquals(List.of(), trail);
    }

    @Test
    void end_of_the_grace_is_noticed_by_the_very_next_checkpoint() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope("scope");
            scope.run(() -> {
                scope.requestStop(seconds(1));
                clock.jump(seconds(2));
                Checkpoints.checkpoint();
                trail.add("not reached");
            });
            assertFlags(scope, true, true);
        });
        assertEquals(List.of(), trail);
    }

    @Test
    void earliest_end_of_several_requests_counts() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope("scope");
            scope.run(() -> {
                scope.requestStop(seconds(5));
                scope.requestStop(seconds(2));
                scope.requestStop(seconds(9));
                Checkpoints.sleepForever();
            });
        });
        assertEquals(2, time());
    }

    @Test
    void grace_of_a_scope_that_was_asked_before_it_was_entered_begins_at_its_entry() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope("scope");
            scope.requestStop(seconds(5));
            scope.requestStop(seconds(2));
            sleep(10);
            scope.run(() -> {
                assertTrue(Checkpoints.isStopRequested());
                Checkpoints.sleepForever();
            });
            assertFlags(scope, true, true);
        });
        assertEquals(12, time());
    }

    @Test
    void scope_that_was_left_is_not_cancelled() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope("scope");
            scope.run(() -> {});
            scope.requestStop(seconds(1));
            sleep(2);
            assertFlags(scope, false, false);
        });
    }

    @Test
    void deadline_that_comes_first_is_the_reason() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope("scope").withTimeout(seconds(1));
            scope.run(() -> {
                scope.requestStop(seconds(2));
                Checkpoints.sleepForever();
            });
            assertEquals(CancelReason.Source.DEADLINE, scope.reason().source());
        });
        assertEquals(1, time());
    }

    @Test
    void stop_of_a_fail_after_scope_is_not_too_slow() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope("scope");
            scope.run(() -> {
                scope.requestStop(seconds(1));
                Timeouts.failAfter(seconds(10), Checkpoints::sleepForever);
            });
            assertFlags(scope, true, true);
        });
    }

    @Test
    void negative_grace_is_refused_and_changes_nothing() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope("scope");
            scope.run(() -> {
                assertThrows(IllegalArgumentException.class, () -> scope.requestStop(seconds(-1)));
                assertFalse(Checkpoints.isStopRequested());
            });
        });
        assertThrows(IllegalArgumentException.class, () -> scheduler.requestStop(seconds(-1)));
    }

    @Test
    void end_of_the_grace_is_a_deadline_for_what_runs_inside() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope("scope").withTimeout(seconds(5));
            scope.run(() -> {
                assertEquals(seconds(5), Checkpoints.remaining());
                scope.requestStop(seconds(3));
                assertEquals(seconds(3), Checkpoints.remaining());
                assertEquals(at(3), Checkpoints.effectiveDeadline());
                Timeouts.moveOnAfter(seconds(1), () -> assertEquals(seconds(1), Checkpoints.remaining()));
                scope.requestStop(seconds(9));
                assertEquals(seconds(3), Checkpoints.remaining());
            });
        });
    }

    @Test
    void longest_grace_never_ends() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope("scope");
            scope.run(() -> {
                scope.requestStop(Duration.ofSeconds(Long.MAX_VALUE));
                sleep(1_000_000);
            });
            assertFlags(scope, false, false);
        });
    }
}
