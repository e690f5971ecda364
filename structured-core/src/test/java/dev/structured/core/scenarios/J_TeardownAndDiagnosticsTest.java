package dev.structured.core.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelReason;
import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Cleanup;
import dev.structured.core.DeadlockException;
import dev.structured.core.Instrument;
import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.ParkingLot;
import dev.structured.core.RunCrashedException;
import dev.structured.core.RunEntry;
import dev.structured.core.Scheduler;
import dev.structured.core.SystemTasks;
import dev.structured.core.Task;
import dev.structured.core.TaskLocal;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class J_TeardownAndDiagnosticsTest extends Scenarios {
    private final VirtualClock clock = new VirtualClock();
    private final Scheduler scheduler = Scheduler.builder().platform(clock).build();

    @AfterEach
    void nothing_is_left_behind() {
        assertEquals(0, scheduler.statistics().tasks());
        scheduler.close();
    }

    @Test
    void s110_cleanup_of_a_system_task_is_awaited_and_the_mains_error_comes_out_as_itself() {
        RuntimeException mine = error("V");
        assertSame(mine, assertThrows(IllegalArgumentException.class, () -> scheduler.run("main", () -> {
            SystemTasks.startSoon("system", () -> {
                try {
                    Checkpoints.sleepForever();
                } catch (Cancelled cancelled) {
                    trail.add(cancelled.reason().source().name());
                    throw cancelled;
                } finally {
                    Cleanup.run(seconds(9), () -> sleep(2));
                    trail.add("cleaned up at " + time(clock));
                }
            });
            clock.settle();
            throw mine;
        })));
        assertEquals(List.of("SHUTDOWN", "cleaned up at 2.0"), trail);
    }

    @Test
    void s111_system_task_that_throws_cancels_the_main_and_crashes_the_run() {
        RuntimeException bad = error("bad");
        var crash = assertThrows(RunCrashedException.class, () -> scheduler.run("main", () -> {
            SystemTasks.startSoon("system", () -> Nursery.run(nursery -> nursery.startSoon("child", () -> {
                throw bad;
            })));
            sleeper("main");
        }));
        assertSame(bad, ((NurseryFailedException) crash.getCause()).leaves().getFirst());
        assertEquals(List.of("main cancelled"), trail);
    }

    @Test
    void s111_same_when_it_throws_during_the_shutdown() {
        var crash = assertThrows(RunCrashedException.class, () -> scheduler.call("main", () -> {
            SystemTasks.startSoon("system", () -> {
                try {
                    Checkpoints.sleepForever();
                } finally {
                    raise("late");
                }
            });
            clock.settle();
            return 1;
        }));
        assertEquals("late", crash.getCause().getMessage());
    }

    @Test
    void s113_posts_with_equal_keys_run_once_in_the_order_of_the_first() {
        List<Integer> order = new java.util.concurrent.CopyOnWriteArrayList<>();
        scheduler.run("main", () -> {
            try (RunEntry entry = RunEntry.open()) {
                var posted = new AtomicBoolean();
                entry.post(() -> {
                    while (!posted.get())
                        Thread.onSpinWait();
                });
                for (int i = 0; i < 300; i++) {
                    int key = i % 100;
                    entry.postOnce("key " + key, () -> order.add(key));
                }
                posted.set(true);
                clock.settle();
            }
        });
        assertEquals(IntStream.range(0, 100).boxed().toList(), order);
    }

    @Test
    void s113_key_that_is_posted_from_its_own_callback_runs_again() {
        var runs = new AtomicInteger();
        scheduler.run("main", () -> {
            try (RunEntry entry = RunEntry.open()) {
                entry.postOnce("key", () -> {
                    runs.incrementAndGet();
                    entry.postOnce("key", runs::incrementAndGet);
                });
                clock.settle();
            }
        });
        assertEquals(2, runs.get());
    }

    @Test
    void s113_callback_that_posts_itself_for_ever_keeps_no_task_from_running() {
        var posts = new AtomicInteger();
        var stop = new AtomicBoolean();
        scheduler.run("main", () -> {
            try (RunEntry entry = RunEntry.open()) {
                entry.post(new Runnable() {
                    @Override
                    public void run() {
                        posts.incrementAndGet();
                        if (!stop.get()) entry.post(this);
                    }
                });
                Nursery.run(nursery -> nursery.startSoon("task", () -> {
                    while (posts.get() < 100)
                        Checkpoints.checkpoint();
                    for (int i = 0; i < 1_000; i++) Checkpoints.checkpoint();
                }));
                stop.set(true);
            }
        });
        assertTrue(posts.get() >= 100);
    }

    @Test
    void s114_throwing_instrument_is_dropped_and_the_other_sees_everything() {
        Logger log = Logger.getLogger(Instrument.class.getName());
        Level level = log.getLevel();
        log.setLevel(Level.OFF);
        var calls = new AtomicInteger();
        try (Scheduler watched = Scheduler.builder().platform(new VirtualClock())
                .instrument(new Instrument() {
                    @Override
                    public void taskStarted(Task<?> task) {
                        calls.incrementAndGet();
                        raise("instrument");
                    }
                }).instrument(new Instrument() {
                    @Override
                    public void taskStarted(Task<?> task) {
                        trail.add("+" + task.path());
                    }

                    @Override
                    public void taskEnded(Task<?> task) {
                        trail.add("-" + task.path());
                    }
                }).build()) {
            assertEquals(1, watched.<Integer, RuntimeException>call("main", () -> Nursery.call(nursery -> {
                nursery.startSoon("child", () -> {}).await();
                return 1;
            })));
        } finally {
            log.setLevel(level);
        }
        assertEquals(1, calls.get());
        assertEquals(List.of("+main", "+main/child", "-main/child", "-main"), trail.subList(0, 4));
    }

    @Test
    void s116_child_sees_what_its_starter_had_and_a_system_task_the_initial_value() {
        TaskLocal<String> local = new TaskLocal<>("local", "initial");
        scheduler.run("main", () -> Nursery.run(nursery -> {
            local.set("a");
            Task<?> child = nursery.startSoon("child", () -> {
                clock.settle();
                assertEquals("a", local.get());
                local.set("child's");
            });
            local.set("b");
            nursery.startSoon("sibling", () -> {
                child.await();
                assertEquals("b", local.get());
            }).await();
            assertEquals("b", local.get());
            SystemTasks.startSoon("system", () -> trail.add(local.get()));
            clock.settle();
        }));
        assertEquals(List.of("initial"), trail);
    }

    @StructuredTest
    void s117_reason_says_which_of_the_four_with_text_and_task(VirtualClock time) {
        CancelScope explicit = new CancelScope("explicit");
        CancelScope late = new CancelScope("late").withTimeout(seconds(1));
        CancelReason why = reasonIn(explicit, () -> explicit.cancel("because"));
        assertEquals(List.of("EXPLICIT", "explicit", "because",
                "s117_reason_says_which_of_the_four_with_text_and_task"),
                List.of(why.source().name(), why.scope(), why.text(), why.task()));
        assertEquals(CancelReason.Source.DEADLINE, reasonIn(late, () -> {}).source());
        assertNull(late.reason().task());
        var seen = new AtomicReference<CancelReason>();
        assertThrows(NurseryFailedException.class, () -> Nursery.run("n", nursery -> {
            nursery.startSoon("bomb", () -> raise("boom"));
            seen.set(assertThrows(Cancelled.class, Checkpoints::sleepForever).reason());
        }));
        assertEquals(CancelReason.Source.CHILD_FAILED, seen.get().source());
        assertTrue(seen.get().text().contains("/bomb' threw java.lang.IllegalArgumentException: boom"),
                seen.get().text());
        assertTrue(seen.get().task().endsWith("/bomb"), seen.get().task());
        assertThrows(NurseryFailedException.class, () -> Nursery.run("n", nursery -> {
            nursery.startSoon("sleeper",
                    () -> seen.set(assertThrows(Cancelled.class, Checkpoints::sleepForever).reason()));
            time.settle();
            raise("boom");
        }));
        assertEquals(CancelReason.Source.BODY_FAILED, seen.get().source());
        assertTrue(seen.get().text().startsWith("the block of nursery 'n' threw"), seen.get().text());
    }

    private static CancelReason reasonIn(CancelScope scope, Runnable cancel) {
        var seen = new AtomicReference<CancelReason>();
        scope.run(() -> {
            cancel.run();
            seen.set(assertThrows(Cancelled.class, Checkpoints::sleepForever).reason());
            scope.cancel("later");
            assertSame(seen.get(), scope.reason());
        });
        return seen.get();
    }

    @StructuredTest
    void s117_cancelled_that_is_kept_does_not_keep_its_task_alive() throws InterruptedException {
        var kept = new AtomicReference<Cancelled>();
        WeakReference<Task<?>> task = taskThatThrew(kept);
        for (int i = 0; i < 200 && task.get() != null; i++) {
            System.gc();
            Thread.sleep(10); // the collector's time, not a task's
        }
        assertNull(task.get());
        assertEquals(CancelReason.Source.EXPLICIT, kept.get().reason().source());
    }

    private static WeakReference<Task<?>> taskThatThrew(AtomicReference<Cancelled> kept) {
        return new WeakReference<>(Nursery.call(nursery -> {
            ParkingLot lot = new ParkingLot();
            Task<?> task = nursery.startSoon("child", () -> {
                try {
                    nursery.scope().cancel();
                    lot.park();
                } catch (Cancelled cancelled) {
                    kept.set(cancelled);
                    throw cancelled;
                }
            });
            return task;
        }));
    }

    @Test
    void s120_tasks_that_all_wait_are_reported_with_the_tree_instead_of_hanging() {
        try (Scheduler scheduler = Scheduler.builder()
                .platform(new VirtualClock())
                .detectDeadlocks(Duration.ofSeconds(1))
                .build()) {
            ParkingLot never = new ParkingLot("a bus that never comes");
            DeadlockException deadlock = assertThrows(DeadlockException.class,
                    () -> scheduler.run("main",
                            () -> Nursery.run("stop",
                                    nursery -> nursery.startSoon("passenger", never::park))));
            assertTrue(deadlock.getMessage().contains("└─ passenger (in stop)"), deadlock.getMessage());
            assertTrue(deadlock.getMessage().contains("waits for a bus that never comes"),
                    deadlock.getMessage());
        }
    }
}
