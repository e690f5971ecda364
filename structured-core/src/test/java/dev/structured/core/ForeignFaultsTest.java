package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Code that the kernel calls and that is not its own may throw anything: no task, nursery or run may hang or
/// lose a failure for it.
@Timeout(60)
class ForeignFaultsTest extends WatchedKernelTest {

    /// The methods of an exception that the kernel, or a log, asks.
    enum Asked {
        MESSAGE, CAUSE, TEXT
    }

    /// An exception that cannot be asked.
    @SuppressWarnings("serial")
    private static final class Hostile extends Exception {
        private final Asked hostile;
        private final boolean byCheckpoint;

        Hostile(Asked hostile, boolean byCheckpoint) {
            this.hostile = hostile;
            this.byCheckpoint = byCheckpoint;
        }

        private void refuse(Asked asked) {
            if (asked != hostile) return;
            if (byCheckpoint && Scheduler.currentOrNull() != null) Checkpoints.checkpoint();
            else
                throw new AssertionError("do not ask");
        }

        @Override
        public String getMessage() {
            refuse(Asked.MESSAGE);
            return "message";
        }

        @Override
        public synchronized Throwable getCause() {
            refuse(Asked.CAUSE);
            return null;
        }

        @Override
        public String toString() {
            refuse(Asked.TEXT);
            return super.toString();
        }
    }

    @ParameterizedTest
    @EnumSource
    void child_that_throws_what_cannot_be_asked_fails_its_nursery(Asked asked) {
        for (boolean byCheckpoint : List.of(false, true)) {
            Hostile hostile = new Hostile(asked, byCheckpoint);
            NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                    () -> watched.run("test", () -> Nursery.run(nursery -> {
                        nursery.startSoon("sleeper", Checkpoints::sleepForever);
                        nursery.startSoon("hostile", () -> {
                            throw hostile;
                        });
                    })));
            assertEquals(1, failure.failures().size());
            assertSame(hostile, failure.failures().getFirst());
        }
    }

    @ParameterizedTest
    @EnumSource
    void cancelled_child_that_throws_what_cannot_be_asked_fails_its_nursery(Asked asked) {
        Hostile hostile = new Hostile(asked, true);
        NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                () -> watched.run("test", () -> Nursery.run(nursery -> {
                    nursery.startSoon("hostile", () -> {
                        try {
                            Checkpoints.sleepForever();
                        } finally {
                            raise(hostile);
                        }
                    });
                    sleep(1);
                    nursery.scope().cancel();
                })));
        assertSame(hostile, failure.failures().getFirst());
    }

    @ParameterizedTest
    @EnumSource
    void block_that_throws_what_cannot_be_asked_ends(Asked asked) {
        Hostile hostile = new Hostile(asked, true);
        NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                () -> watched.run("test", () -> Nursery.run(nursery -> {
                    nursery.startSoon("sleeper", Checkpoints::sleepForever);
                    throw hostile;
                })));
        assertSame(hostile, failure.failures().getFirst());
    }

    @Test
    void instrument_that_cannot_be_asked_is_dropped() {
        Scheduler hostile = Scheduler.builder().instrument(new Instrument() {
            @Override
            public void taskEnded(Task<?> task) {
                throw new AssertionError(new Hostile(Asked.MESSAGE, false));
            }

            @Override
            public boolean equals(Object other) {
                throw new AssertionError("do not compare");
            }

            @Override
            public int hashCode() {
                return 0;
            }

            @Override
            public String toString() {
                throw new AssertionError("do not ask");
            }
        }).build();
        assertEquals("value", hostile.call("test",
                () -> Nursery.call(nursery -> nursery.startSoon("child", () -> "value").await())));
        hostile.close();
    }

    @Test
    void hook_that_throws_what_cannot_be_logged_is_reported_and_the_others_run() {
        List<String> ran = new ArrayList<>();
        Hostile hostile = new Hostile(Asked.TEXT, false);
        watched.run("test", () -> Nursery.run(nursery -> {
            Task<Void> child = nursery.startSoon("child", () -> sleep(1));
            child.addHook(() -> {
                throw new IllegalStateException(hostile);
            });
            child.addHook(() -> ran.add("second"));
        }));
        assertEquals(List.of("second"), ran);
        assertEquals(1, dropped.size());
    }

    @Test
    void key_that_cannot_be_compared_keeps_no_post_from_being_run() {
        List<String> ran = new ArrayList<>();
        int[] asked = {0};
        Object key = new Object() {
            @Override
            public int hashCode() {
                if (++asked[0] > 1) throw new AssertionError("do not hash again");
                return 1;
            }

            @Override
            public boolean equals(Object other) {
                return this == other;
            }
        };
        assertThrows(RunCrashedException.class, () -> watched.run("test", () -> {
            try (RunEntry entry = RunEntry.open()) {
                entry.postOnce(key, () -> ran.add("first"));
                entry.post(() -> ran.add("second"));
                sleep(1);
            }
        }));
        assertEquals(List.of("first", "second"), ran);
    }

    /* --- What cannot take suppressed exceptions --- */

    @Test
    void failure_beside_an_error_that_takes_no_suppressed_ones_is_reported() {
        Error plain = new Error("takes none", null, false, false) {
        };
        for (Error error : List.of(plain, overflow())) {
            dropped.clear();
            IOException sibling = new IOException("sibling");
            Error thrown = assertThrows(Error.class, () -> watched.run("test", () -> Nursery.run(nursery -> {
                nursery.startSoon("error", () -> {
                    throw error;
                });
                nursery.startSoon("sibling", () -> {
                    try {
                        Checkpoints.sleepForever();
                    } finally {
                        raise(sibling);
                    }
                });
            })));
            assertSame(error, thrown);
            assertTrue(dropped.contains(sibling), "lost");
        }
    }

    private static Error overflow() {
        try {
            return new Error("depth " + depth(0));
        } catch (StackOverflowError e) {
            return e;
        }
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int depth(int from) {
        return depth(from + 1) + 1;
    }

    @Test
    void failure_beside_an_ordinary_error_is_suppressed_in_it() {
        Error error = new Error("ordinary");
        IOException sibling = new IOException("sibling");
        assertThrows(Error.class, () -> watched.run("test", () -> Nursery.run(nursery -> {
            nursery.startSoon("sibling", () -> {
                try {
                    Checkpoints.sleepForever();
                } finally {
                    raise(sibling);
                }
            });
            sleep(1);
            throw error;
        })));
        assertSame(sibling, error.getSuppressed()[0]);
        assertTrue(dropped.isEmpty());
    }

    /* --- The end of a nursery --- */

    @Test
    void value_of_a_block_survives_a_cancellation_from_outside_that_cuts_nothing_short() {
        List<String> events = new ArrayList<>();
        watched.run("test", () -> {
            CancelScope outer = new CancelScope("outer");
            outer.run(() -> {
                String value = Nursery.call(nursery -> {
                    nursery.startSoon("shielded",
                            () -> new CancelScope().withShield().run(() -> sleep(2)));
                    nursery.startSoon("canceller", () -> {
                        Checkpoints.checkpoint();
                        outer.cancel();
                    });
                    return "value";
                });
                events.add(value);
                Checkpoints.checkpoint();
                events.add("not reached");
            });
            assertTrue(outer.absorbedCancellation());
        });
        assertEquals(List.of("value"), events);
    }

    @Test
    void nursery_whose_child_was_cut_short_from_outside_is_cancelled() {
        List<String> events = new ArrayList<>();
        watched.run("test", () -> Timeouts.moveOnAfter(seconds(1), () -> {
            Nursery.run(nursery -> nursery.startSoon("child", Checkpoints::sleepForever));
            events.add("not reached");
        }));
        watched.run("test", () -> Timeouts.moveOnAfter(seconds(1), () -> {
            Nursery.run(nursery -> nursery.startAfter(seconds(5), "late", Checkpoints::sleepForever));
            events.add("not reached");
        }));
        assertEquals(List.of(), events);
    }

    /* --- Interrupts --- */

    @Test
    void interrupted_exception_that_a_child_has_made_itself_is_a_failure() {
        InterruptedException own = new InterruptedException("own");
        NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                () -> watched.run("test", () -> Nursery.run(nursery -> nursery.startSoon("child", () -> {
                    throw own;
                }))));
        assertSame(own, failure.failures().getFirst());
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void tree_shows_the_nursery_of_a_task_that_was_started_with_a_wait() {
        scheduler.run("test", () -> Nursery.run("home", nursery -> {
            nursery.start("server", (TaskStatus<String> status) -> {
                assertEquals("home", nurseryOf("server"));
                status.started("ready");
                sleep(1);
                assertEquals("home", nurseryOf("server"));
            });
        }));
    }

    private String nurseryOf(String name) {
        return TaskTree.of(scheduler)
                .tasks()
                .stream()
                .filter(entry -> entry.name().equals(name))
                .map(TaskTree.Entry::nursery)
                .findFirst()
                .orElseThrow();
    }
}
