package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SystemTasksTest extends KernelTest {
    private final List<String> trail = new CopyOnWriteArrayList<>();

    private void sleeper(String name) {
        try {
            Checkpoints.sleepForever();
        } catch (Cancelled c) {
            trail.add(name + " stopped by " + c.reason().source() + ": " + c.reason().text());
            throw c;
        }
    }

    @Test
    void system_task_is_stopped_when_the_root_has_ended_and_the_value_is_returned() {
        assertEquals("v", scheduler.call("main", () -> {
            SystemTasks.startSoon("poller", () -> sleeper("poller"));
            sleep(1);
            return "v";
        }));
        assertEquals(List.of("poller stopped by SHUTDOWN: its run is ending"), trail);
    }

    @Test
    void run_waits_for_shielded_cleanup() {
        scheduler.run("main", () -> SystemTasks.startSoon("poller", () -> {
            try {
                Checkpoints.sleepForever();
            } finally {
                Cleanup.run(seconds(5), () -> sleep(2));
            }
        }));
        assertEquals(2, time());
    }

    @Test
    void it_is_a_live_task_of_the_run() {
        scheduler.run("main", () -> {
            SystemTasks.startSoon("poller", Checkpoints::sleepForever);
            clock.settle();
            assertEquals(2, scheduler.statistics().tasks());
        });
    }

    @Test
    void what_cancels_the_root_leaves_it_to_the_roots_cleanup() {
        var stopped = assertThrows(ScopeCancelledException.class, () -> scheduler.run("main", () -> {
            SystemTasks.startSoon("flusher", () -> sleeper("flusher"));
            clock.settle();
            try {
                Task.current("test").base().cancel("all of it");
                Checkpoints.sleepForever();
            } finally {
                Cleanup.run(seconds(5), () -> {
                    sleep(1);
                    clock.settle();
                    trail.add("root's cleanup");
                });
            }
        }));
        assertEquals("all of it", stopped.reason().text());
        assertEquals(List.of("root's cleanup", "flusher stopped by SHUTDOWN: its run is ending"), trail);
    }

    @Test
    void no_scope_of_the_starter_is_around_it() {
        scheduler.run("main", () -> {
            Timeouts.moveOnAfter(seconds(1), () -> {
                SystemTasks.startSoon("poller", () -> {
                    assertEquals(Deadline.NEVER, Checkpoints.effectiveDeadline());
                    sleep(3);
                    trail.add("poller at " + time());
                });
                Checkpoints.sleepForever();
            });
            sleep(5);
        });
        assertEquals(List.of("poller at 3.0"), trail);
    }

    @Test
    void failing_one_cancels_the_run_and_the_others_and_is_thrown() {
        IOException disk = new IOException("disk");
        var crash = assertThrows(RunCrashedException.class, () -> scheduler.run("main", () -> {
            SystemTasks.startSoon("other", () -> sleeper("other"));
            SystemTasks.startSoon("bad", () -> {
                sleep(1);
                throw disk;
            });
            sleeper("root");
        }));
        assertSame(disk, crash.getCause());
        assertTrue(crash.getMessage().contains("Run 'main'"), crash.getMessage());
        assertEquals(1, time());
        assertTrue(trail.contains(
                "root stopped by CHILD_FAILED: system task 'main/bad' threw java.io.IOException: disk"),
                trail.toString());
        assertEquals(2, trail.size());
    }

    @Test
    void failure_while_the_run_ends_counts_and_the_roots_own_is_suppressed() {
        IllegalArgumentException mine = new IllegalArgumentException("root");
        var crash = assertThrows(RunCrashedException.class, () -> scheduler.run("main", () -> {
            SystemTasks.startSoon("bad", () -> {
                try {
                    Checkpoints.sleepForever();
                } finally {
                    fail();
                }
            });
            clock.settle();
            throw mine;
        }));
        assertEquals("cleanup", crash.getCause().getMessage());
        assertSame(mine, crash.getSuppressed()[0]);
    }

    private static void fail() throws IOException {
        throw new IOException("cleanup");
    }

    @Test
    void error_of_one_is_thrown_as_a_crash_too() {
        AssertionError wrong = new AssertionError("wrong");
        assertSame(wrong, assertThrows(RunCrashedException.class, () -> scheduler.run("main", () -> {
            SystemTasks.startSoon("bad", () -> {
                throw wrong;
            });
            Checkpoints.sleepForever();
        })).getCause());
    }

    @Test
    void two_that_fail_are_both_told() {
        var crash = assertThrows(RunCrashedException.class, () -> scheduler.run("main", () -> {
            for (int i = 0; i < 2; i++) {
                SystemTasks.startSoon("bad", () -> new CancelScope().withShield().run(() -> {
                    sleep(1);
                    fail();
                }));
            }
            Checkpoints.sleepForever();
        }));
        assertEquals(List.of(FailedInTask.class, IOException.class),
                Stream.of(crash.getCause().getSuppressed()).map(Object::getClass).toList());
    }

    @Test
    void system_task_may_have_nurseries_and_start_others() {
        scheduler.run("main", () -> {
            SystemTasks.startSoon("pool", () -> Nursery.run(nursery -> {
                nursery.startSoon("a", () -> sleeper("a"));
                SystemTasks.startSoon("more", () -> sleeper("more"));
                Checkpoints.sleepForever();
            }));
            clock.settle();
            assertEquals(4, scheduler.statistics().tasks());
        });
        assertEquals(2, trail.size());
    }

    @Test
    void run_that_is_ending_refuses_new_ones() {
        var refused = new AtomicReference<Throwable>();
        scheduler.run("main", () -> SystemTasks.startSoon("poller", () -> {
            try {
                Checkpoints.sleepForever();
            } finally {
                refused.set(assertThrows(IllegalStateException.class,
                        () -> SystemTasks.startSoon("late", () -> trail.add("late"))));
            }
        }));
        assertTrue(refused.get().getMessage().contains("is ending"), refused.get().getMessage());
        assertEquals(List.of(), trail);
    }

    @Test
    void outside_a_run_it_is_refused() {
        assertThrows(IllegalStateException.class, () -> SystemTasks.startSoon("no", () -> {}));
    }

    @Test
    void begins_with_the_initial_values_of_task_locals() {
        TaskLocal<String> spawn = new TaskLocal<>("spawn", "initial");
        TaskLocal<String> tree = new TaskLocal<>("tree", "initial", TaskLocal.Inheritance.TREE);
        scheduler.run("main", () -> {
            spawn.set("root's");
            tree.set("root's");
            SystemTasks.startSoon("poller", () -> {
                trail.add(spawn.get() + " " + tree.get());
                Nursery.run(nursery -> nursery.startSoon("child",
                        () -> trail.add(spawn.get() + " " + tree.get())));
            });
            clock.settle();
        });
        assertEquals(List.of("initial initial", "initial initial"), trail);
    }

    @Test
    void closing_the_scheduler_ends_it_with_its_run() throws Exception {
        Thread run = Thread.ofPlatform().start(() -> assertThrows(ScopeCancelledException.class,
                () -> scheduler.run("main", () -> {
                    SystemTasks.startSoon("poller", () -> sleeper("poller"));
                    sleeper("root");
                })));
        RealTest.spinUntil(
                () -> scheduler.statistics().tasks() == 2 && run.getState() == Thread.State.WAITING);
        scheduler.close();
        run.join();
        assertEquals(2, trail.size());
        assertTrue(trail.getFirst().startsWith("root stopped by SHUTDOWN"), trail.toString());
    }

    @Test
    void interrupt_of_a_system_task_from_outside_cancels_the_run() {
        var thread = new AtomicReference<Thread>();
        var thrown = assertThrows(ScopeCancelledException.class, () -> scheduler.run("main", () -> {
            SystemTasks.startSoon("poller", () -> {
                thread.set(Thread.currentThread());
                sleeper("poller");
            });
            clock.settle();
            thread.get().interrupt();
            sleeper("root");
        }));
        assertTrue(Thread.interrupted(), "the flag goes back to the thread's owner");
        assertInstanceOf(ScopeCancelledException.class, thrown);
        assertEquals(CancelReason.Source.INTERRUPTED, thrown.reason().source());
    }
}
