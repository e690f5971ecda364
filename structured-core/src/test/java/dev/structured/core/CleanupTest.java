package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CleanupTest extends KernelTest {
    private final List<String> trail = new CopyOnWriteArrayList<>();

    @Test
    void block_runs_in_a_cancelled_scope_and_the_cancellation_goes_on_after_it() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope().withTimeout(seconds(1));
            scope.run(() -> {
                try {
                    Checkpoints.sleepForever();
                } finally {
                    assertFalse(Cleanup.run(seconds(3), () -> sleep(2)).isCancelled());
                    trail.add("cleaned up at " + time());
                }
            });
            assertFlags(scope, true, true);
        });
        assertEquals(List.of("cleaned up at 3.0"), trail);
    }

    @Test
    void limit_cuts_it_short_and_says_so() {
        scheduler.run("main", () -> Timeouts.moveOnAfter(seconds(1), () -> {
            try {
                Checkpoints.sleepForever();
            } finally {
                ScopeResult<Void> result = Cleanup.run(seconds(3), () -> sleep(20));
                assertTrue(result.isCancelled());
                assertEquals(4, time());
            }
        }));
        assertEquals(4, time());
    }

    @Test
    void another_one_inside_has_only_its_own_limit() {
        scheduler.run("main", () -> {
            assertFalse(Cleanup.run(seconds(1),
                    () -> assertTrue(Cleanup.run(seconds(3), () -> sleep(20)).isCancelled())).isCancelled());
            assertEquals(3, time());
        });
    }

    @Test
    void value_is_returned() {
        scheduler.run("main", () -> assertEquals("v", Cleanup.call(seconds(1), () -> "v").orElseThrow()));
    }

    @Test
    void negative_limit_and_no_task_are_refused() {
        scheduler.run("main", () -> assertThrows(IllegalArgumentException.class,
                () -> Cleanup.run(seconds(-1), () -> trail.add("ran"))));
        assertThrows(IllegalStateException.class, () -> Cleanup.run(seconds(1), () -> trail.add("ran")));
        assertEquals(List.of(), trail);
    }

    @Test
    void exception_of_it_takes_the_place_of_the_cancellation_which_is_suppressed() {
        scheduler.run("main", () -> {
            IOException disk = new IOException("disk");
            CancelScope scope = new CancelScope().withTimeout(seconds(1));
            assertSame(disk, assertThrows(IOException.class, () -> scope.run(() -> {
                try {
                    Checkpoints.sleepForever();
                } finally {
                    cleanup(disk);
                }
            })));
            assertEquals(Cancelled.class, disk.getSuppressed()[0].getClass());
            assertFlags(scope, true, false);
        });
    }

    private static void cleanup(Exception failure) throws Exception {
        Cleanup.run(seconds(5), () -> {
            sleep(1);
            throw failure;
        });
    }

    @Test
    void exception_of_it_without_a_cancellation_is_just_thrown() throws Exception {
        scheduler.run("main", () -> {
            IOException disk = new IOException("disk");
            assertSame(disk, assertThrows(IOException.class, () -> cleanup(disk)));
            assertEquals(0, disk.getSuppressed().length);
        });
    }

    /// An error of a cleanup that a later `Cancelled` replaces. In Trio it disappears.
    @Nested
    class Replaced {
        private final IOException disk = new IOException("disk");
        private final List<Throwable> dropped = new CopyOnWriteArrayList<>();
        private final List<String> swallowed = new CopyOnWriteArrayList<>();
        private final VirtualClock own = new VirtualClock();
        private final Scheduler watched = Scheduler.builder().platform(own).instrument(new Instrument() {
            @Override
            public void errorDropped(Task<?> task, Throwable error) {
                dropped.add(error);
                trail.add(task.path());
            }

            @Override
            public void cancellationSwallowed(Task<?> task, Cancelled cancelled) {
                swallowed.add(task.path() + " " + cancelled.reason().scope());
            }
        }).build();

        /// Kept, because the log forgets loggers that nobody keeps.
        private final Logger log = Logger.getLogger(Instrument.class.getName());

        @BeforeEach
        void the_log_says_it_too() {
            log.setLevel(Level.OFF);
        }

        @AfterEach
        void log_again() {
            log.setLevel(null);
            watched.close();
        }

        /// Sleeps until cancelled; then its cleanup fails; then a checkpoint throws in its place.
        private void failAndPassACheckpoint() throws Exception {
            try {
                Checkpoints.sleepForever();
            } finally {
                try {
                    cleanup(disk);
                } finally {
                    Checkpoints.checkpoint();
                }
            }
        }

        @Test
        void is_suppressed_in_the_cancelled_and_told_when_that_is_absorbed() throws Exception {
            watched.run("main", () -> {
                var seen = new AtomicReference<Cancelled>();
                Timeouts.moveOnAfter(seconds(1), () -> {
                    try {
                        failAndPassACheckpoint();
                    } catch (Cancelled cancelled) {
                        seen.set(cancelled);
                        throw cancelled;
                    }
                });
                assertSame(disk, seen.get().getSuppressed()[0]);
            });
            assertEquals(List.of(disk), dropped);
            assertEquals(List.of("main"), trail);
            assertEquals(List.of(), swallowed);
        }

        @Test
        void in_a_child_is_told_too() throws Exception {
            watched.run("main", () -> Nursery.run(nursery -> {
                nursery.startSoon("child", this::failAndPassACheckpoint);
                sleep(1);
                nursery.scope().cancel();
            }));
            assertEquals(List.of(disk), dropped);
            assertEquals(List.of("main/child"), trail);
        }

        @Test
        void in_a_child_whose_outer_scope_absorbs_is_told_too_and_once() throws Exception {
            watched.run("main", () -> Timeouts.moveOnAfter(seconds(1),
                    () -> Nursery.run(nursery -> nursery.startSoon("child", this::failAndPassACheckpoint))));
            assertEquals(List.of(disk), dropped);
        }

        @Test
        void in_a_started_task_is_told_too() throws Exception {
            watched.run("main", () -> Nursery.run(nursery -> Timeouts.moveOnAfter(seconds(1),
                    () -> nursery.start("child", (TaskStatus<String> _) -> failAndPassACheckpoint()))));
            assertEquals(List.of(disk), dropped);
        }

        @Test
        void in_a_system_task_is_told_too() throws Exception {
            watched.run("main", () -> {
                SystemTasks.startSoon("poller", this::failAndPassACheckpoint);
                sleep(1);
            });
            assertEquals(List.of(disk), dropped);
        }

        @Test
        void in_a_run_that_is_cancelled_as_a_whole_is_told_too() throws Exception {
            assertThrows(ScopeCancelledException.class, () -> watched.run("main", () -> {
                Task.current("test").base().cancel();
                failAndPassACheckpoint();
            }));
            assertEquals(List.of(disk), dropped);
        }

        @Test
        void is_not_told_if_it_comes_out_after_all() throws Exception {
            watched.run("main", () -> {
                var thrown = assertThrows(IllegalStateException.class,
                        () -> Timeouts.moveOnAfter(seconds(1), () -> {
                            try {
                                failAndPassACheckpoint();
                            } finally {
                                throwSuppressing();
                            }
                        }));
                assertTrue(Suppressed.leadsTo(thrown, disk));
            });
            assertEquals(List.of(), dropped);
        }

        private void throwSuppressing() {
            throw new IllegalStateException("V", disk);
        }

        @Test
        void is_not_told_if_it_was_caught() throws Exception {
            watched.run("main", () -> Timeouts.moveOnAfter(seconds(1), () -> {
                try {
                    Checkpoints.sleepForever();
                } finally {
                    try {
                        cleanup(disk);
                    } catch (IOException e) {
                        trail.add("dealt with");
                    }
                }
            }));
            assertEquals(List.of(), dropped);
            assertEquals(List.of("dealt with"), trail);
        }

        /// A scope of the second cleanup absorbs something, but that is not what the first one's error is
        /// replaced by.
        @Test
        void is_not_told_if_only_another_cleanup_is_cut_short_meanwhile() throws Exception {
            watched.run("main", () -> {
                assertSame(disk,
                        assertThrows(IOException.class, () -> Timeouts.moveOnAfter(seconds(1), () -> {
                            try {
                                Checkpoints.sleepForever();
                            } finally {
                                try {
                                    cleanup(disk);
                                } finally {
                                    assertTrue(
                                            Cleanup.run(seconds(1), Checkpoints::sleepForever).isCancelled());
                                }
                            }
                        })));
            });
            assertEquals(List.of(), dropped);
        }

        @Test
        void is_told_if_it_is_replaced_after_another_cleanup_was_cut_short() throws Exception {
            watched.run("main", () -> Timeouts.moveOnAfter(seconds(1), () -> {
                try {
                    Checkpoints.sleepForever();
                } finally {
                    try {
                        cleanup(disk);
                    } finally {
                        Cleanup.run(seconds(1), Checkpoints::sleepForever);
                        Checkpoints.checkpoint();
                    }
                }
            }));
            assertEquals(List.of(disk), dropped);
        }

        @Test
        void two_are_both_told() throws Exception {
            IOException tape = new IOException("tape");
            watched.run("main", () -> Timeouts.moveOnAfter(seconds(1), () -> {
                try {
                    failAndPassACheckpoint();
                } finally {
                    try {
                        cleanup(tape);
                    } finally {
                        Checkpoints.checkpoint();
                    }
                }
            }));
            assertEquals(List.of(disk, tape), dropped);
        }

        @Test
        void one_of_an_earlier_cancellation_is_not_hung_on_a_later_one() throws Exception {
            watched.run("main", () -> {
                Timeouts.moveOnAfter(seconds(1), this::failAndPassACheckpoint);
                dropped.clear();
                Timeouts.moveOnAfter(seconds(1), () -> {
                    Cancelled later = assertThrows(Cancelled.class, Checkpoints::sleepForever);
                    assertEquals(0, later.getSuppressed().length);
                });
            });
            assertEquals(List.of(), dropped);
        }

        @Test
        void swallowed_cancellation_is_reported_where_its_code_ends() throws Exception {
            watched.run("main", () -> {
                new CancelScope("outer").run(() -> {
                    new CancelScope("s").run(() -> {
                        Task.current("test").innermost().cancel();
                        assertThrows(Cancelled.class, Checkpoints::checkpoint);
                    });
                    assertEquals(List.of("main s"), swallowed);
                });
                Nursery.run(nursery -> {
                    nursery.startSoon("child",
                            () -> assertThrows(Cancelled.class, Checkpoints::sleepForever));
                    own.settle();
                    nursery.scope().cancel();
                });
            });
            assertEquals(List.of("main s", "main/child nursery"), swallowed);
        }

        @Test
        void proper_cancellations_are_not_reported_as_swallowed() throws Exception {
            watched.run("main", () -> {
                Timeouts.moveOnAfter(seconds(1), () -> {
                    try {
                        Checkpoints.sleepForever();
                    } finally {
                        Cleanup.run(seconds(1),
                                () -> Timeouts.moveOnAfter(seconds(0.5), Checkpoints::sleepForever));
                        Cleanup.run(seconds(1), Checkpoints::sleepForever);
                        Nursery.run(inner -> inner.startSoon("quick", () -> {}));
                    }
                });
                assertThrows(NurseryFailedException.class, () -> Nursery.run(nursery -> {
                    nursery.startSoon("sleeper", Checkpoints::sleepForever);
                    nursery.startSoon("bomb", () -> {
                        throw disk;
                    });
                    Checkpoints.sleepForever();
                }));
            });
            assertEquals(List.of(), swallowed);
        }
    }
}
