package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What would go by unseen is told to instruments: cancellations that code swallows, errors that a
/// cancellation takes with it.
class DiagnosticsTest {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<StackTraceElement> where = new ArrayList<>();
    private final Scheduler scheduler = Scheduler.builder().platform(new VirtualClock())
            .instrument(new Instrument() {
                @Override
                public void cancellationSwallowed(Task<?> task, Cancelled cancelled) {
                    told.add(task.path() + " swallowed " + cancelled.reason().scope());
                    where.addAll(List.of(Thread.currentThread().getStackTrace()));
                }

                @Override
                public void errorDropped(Task<?> task, Throwable error) {
                    told.add(task.path() + " dropped " + error.getMessage());
                }
            }).build();

    @AfterEach
    void nothing_is_left_behind() {
        assertEquals(new Scheduler.Statistics(0, 0, 0, 0, null), scheduler.statistics());
        scheduler.close();
    }

    private static void swallow() {
        try {
            Checkpoints.sleepForever();
        } catch (Cancelled caught) {
            // on purpose
        }
    }

    private static AutoCloseable closeFails(String message) {
        return () -> {
            throw new IllegalArgumentException(message);
        };
    }

    @Test
    void swallowed_cancellation_is_told_once_where_the_scope_ends() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope("search");
            scope.cancel();
            scope.run(() -> {
                swallow();
                swallow();
            });
        });
        assertEquals(List.of("main swallowed search"), told);
        assertTrue(where.stream().anyMatch(frame -> frame.getMethodName().contains(
                "swallowed_cancellation_is_told_once")), where.toString());
    }

    @Test
    void child_and_block_that_swallow_are_told_apart() {
        scheduler.run("main", () -> Nursery.run("n", nursery -> {
            nursery.startSoon("child", DiagnosticsTest::swallow);
            nursery.scope().cancel();
            swallow();
        }));
        assertEquals(List.of("main swallowed n", "main/child swallowed n"), told.stream().sorted().toList());
    }

    @Test
    void run_that_swallows_its_end_is_told() {
        scheduler.run("main", () -> {
            scheduler.requestStop(Duration.ZERO);
            swallow();
        });
        assertEquals(List.of("main swallowed main"), told);
    }

    @Test
    void cancellation_that_takes_its_way_is_no_swallowing() {
        scheduler.run("main", () -> {
            CancelScope outer = new CancelScope("outer");
            outer.cancel();
            outer.run(() -> {
                CancelScope inner = new CancelScope("inner");
                inner.cancel();
                try {
                    inner.run(Checkpoints::sleepForever);
                } finally {
                    // Both scopes in here end normally, with a cancellation in flight from before.
                    CancelScope late = new CancelScope("late").withShield();
                    late.run(late::cancel);
                    Cleanup.run(Duration.ofSeconds(1), () -> {});
                    // And this one has one of its own.
                    CancelScope own = new CancelScope("own").withShield();
                    own.cancel();
                    own.run(Checkpoints::sleepForever);
                }
            });
            Nursery.run(nursery -> {
                nursery.startSoon("child", Checkpoints::sleepForever);
                nursery.scope().cancel();
            });
            assertTrue(Timeouts.moveOnAfter(Duration.ofSeconds(1), Checkpoints::sleepForever)
                    .isCancelled());
        });
        assertEquals(List.of(), told);
    }

    @Test
    void code_that_ends_before_it_notices_has_swallowed_nothing() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope();
            scope.run(scope::cancel);
        });
        assertEquals(List.of(), told);
    }

    @Test
    void error_of_a_close_during_a_cancellation_is_told() throws Exception {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope();
            scope.cancel();
            scope.run(() -> {
                try (AutoCloseable _ = closeFails("close failed")) {
                    Checkpoints.checkpoint();
                }
            });
        });
        assertEquals(List.of("main dropped close failed"), told);
    }

    @Test
    void errors_that_cancelled_children_take_with_them_are_told_each_once() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            for (String name : List.of("a", "b", "c")) {
                nursery.startSoon(name, () -> {
                    try (AutoCloseable _ = closeFails(name)) {
                        Checkpoints.sleepForever();
                    }
                });
            }
            nursery.scope().cancel();
        }));
        assertEquals(List.of("main/a dropped a", "main/b dropped b", "main/c dropped c"),
                told.stream().sorted().toList());
    }

    @Test
    void interrupted_foreign_code_is_no_error_but_what_its_close_threw_is() throws Exception {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope();
            scope.cancel();
            scope.run(() -> {
                try (AutoCloseable _ = closeFails("close failed")) {
                    Thread.sleep(10_000);
                }
            });
        });
        assertEquals(List.of("main dropped close failed"), told);
    }

    /// F3 of the contract: an error in a cleanup, replaced by the Cancelled of a checkpoint after it.
    @Test
    void error_of_a_cleanup_that_a_later_checkpoint_replaces_is_told() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope();
            scope.cancel();
            scope.run(() -> {
                try {
                    Cleanup.run(Duration.ofSeconds(1), () -> {
                        throw new IllegalArgumentException("rollback failed");
                    });
                } finally {
                    Checkpoints.checkpoint();
                }
            });
        });
        assertEquals(List.of("main dropped rollback failed"), told);
    }

    @Test
    void error_of_a_cleanup_that_comes_out_is_thrown_and_not_told() {
        IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class,
                () -> scheduler.run("main", () -> {
                    CancelScope scope = new CancelScope();
                    scope.cancel();
                    scope.run(() -> {
                        try {
                            Checkpoints.sleepForever();
                        } finally {
                            Cleanup.run(Duration.ofSeconds(1), () -> {
                                throw new IllegalArgumentException("rollback failed");
                            });
                        }
                    });
                }));
        assertEquals("rollback failed", thrown.getMessage());
        assertTrue(thrown.getSuppressed()[0] instanceof Cancelled);
        assertEquals(List.of(), told);
    }

    @Test
    void error_of_a_cleanup_that_was_dealt_with_is_not_told() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope();
            scope.run(() -> {
                scope.cancel();
                try {
                    Cleanup.run(Duration.ofSeconds(1), () -> {
                        throw new IllegalArgumentException("dealt with");
                    });
                } catch (IllegalArgumentException expected) {
                    // and that is it: no checkpoint follows
                }
            });
        });
        assertEquals(List.of(), told);
    }
}
