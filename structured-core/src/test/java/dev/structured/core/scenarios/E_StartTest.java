package dev.structured.core.scenarios;

import static dev.structured.testing.Groups.assertThrowsGroup;
import static dev.structured.testing.Groups.instanceOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelReason;
import dev.structured.core.CancelScope;
import dev.structured.core.Nursery;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.TaskStatus;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

class E_StartTest extends Scenarios {
    @StructuredTest
    void s65_start_returns_what_the_task_says_when_it_is_ready_and_the_task_goes_on(VirtualClock clock) {
        Nursery.run(nursery -> {
            double ready = nursery.start("child", (TaskStatus<Double> status) -> {
                sleep(3);
                status.started(3.0);
                sleep(3);
                trail.add("child ends at " + time(clock));
            });
            assertEquals(3, ready);
            assertEquals(3, time(clock));
        });
        assertEquals(6, time(clock));
        assertEquals(List.of("child ends at 6.0"), trail);
    }

    @StructuredTest
    void s66_failure_before_it_is_ready_comes_out_of_start_as_itself_with_its_cause() {
        Nursery.run(nursery -> {
            IOException cause = new IOException("cause");
            IllegalArgumentException failure = new IllegalArgumentException("K", cause);
            var thrown = assertThrows(IllegalArgumentException.class,
                    () -> nursery.startUntilReady("child", _ -> {
                        throw failure;
                    }));
            assertSame(failure, thrown);
            assertSame(cause, thrown.getCause());
            assertFalse(nursery.scope().isCancelled());
            nursery.startSoon("goes on", () -> trail.add("goes on")).await();
        });
        assertEquals(List.of("goes on"), trail);
    }

    @StructuredTest
    void s67_task_that_ends_without_being_ready_is_an_error() {
        Nursery.run(nursery -> {
            var refused = assertThrows(IllegalStateException.class,
                    () -> nursery.startUntilReady("child", _ -> {}));
            assertTrue(refused.getMessage().contains("ended without calling started()"),
                    refused.getMessage());
        });
    }

    @StructuredTest
    void s67_second_started_is_an_error_in_the_task_and_the_first_value_stands() {
        assertThrowsGroup(() -> Nursery.run(nursery -> {
            assertEquals("first", nursery.<String, RuntimeException>start("child", status -> {
                status.started("first");
                status.started("second");
            }));
        }), instanceOf(IllegalStateException.class));
    }

    @StructuredTest
    void s68_closed_nursery_refuses_at_once(VirtualClock clock) {
        var closed = new AtomicReference<Nursery>();
        Nursery.run(closed::set);
        assertThrows(IllegalStateException.class,
                () -> closed.get().startUntilReady("child", _ -> {
                    trail.add("ran");
                    sleep(1);
                }));
        assertEquals(List.of(), trail);
        assertEquals(0, time(clock));
    }

    @StructuredTest
    void s70_task_that_is_ready_and_ends_without_a_checkpoint_is_a_success_for_a_cancelled_caller() {
        Nursery.run(nursery -> {
            CancelScope scope = new CancelScope();
            scope.run(() -> {
                assertEquals("v", nursery.<String, RuntimeException>start("child", status -> {
                    scope.cancel();
                    status.started("v");
                }));
                trail.add("start returned");
            });
            assertFlags(scope, true, false);
        });
        assertEquals(List.of("start returned"), trail);
    }

    @StructuredTest
    void s70_and_what_it_throws_instead_comes_out_of_start() {
        Nursery.run(nursery -> {
            CancelScope scope = new CancelScope();
            assertThrows(IllegalArgumentException.class, () -> scope.run(() -> {
                nursery.startUntilReady("child", status -> {
                    scope.cancel();
                    status.started();
                    raise("K");
                });
            }));
            assertFlags(scope, true, false);
            assertFalse(nursery.scope().isCancelled());
        });
    }

    @StructuredTest
    void s73_nursery_that_fails_stops_a_task_that_is_not_ready_and_ends(VirtualClock clock) {
        var target = new AtomicReference<Nursery>();
        Nursery.run(outer -> {
            outer.startSoon("owner", () -> {
                assertThrowsGroup(() -> Nursery.run("target", nursery -> {
                    target.set(nursery);
                    sleep(1);
                    raise("E");
                }), instanceOf(IllegalArgumentException.class, "E"));
                trail.add("target ended at " + time(clock));
            });
            clock.settle();
            var stopped = assertThrows(ScopeCancelledException.class,
                    () -> target.get().startUntilReady("child", _ -> sleeper("child")));
            assertEquals(CancelReason.Source.BODY_FAILED, stopped.reason().source());
        });
        assertEquals(List.of("child cancelled", "target ended at 1.0"), trail);
    }
}
