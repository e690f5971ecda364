package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunEntryTest extends KernelTest {
    private final List<String> trail = new CopyOnWriteArrayList<>();

    /// Waits without letting the virtual clock see that nothing else goes on.
    private void flush(RunEntry entry) {
        var done = new AtomicBoolean();
        ParkingLot lot = new ParkingLot();
        entry.post(() -> {
            done.set(true);
            lot.unparkAll();
        });
        while (lot.parkIf(() -> !done.get())) {}
    }

    @Test
    void post_runs_in_a_task_of_the_run_on_another_thread() throws Exception {
        scheduler.run("main", () -> {
            try (RunEntry entry = RunEntry.open()) {
                var where = new AtomicReference<String>();
                Thread outside = Thread.ofPlatform().start(() -> entry.post(
                        () -> where.set(Task.current("test").path())));
                outside.join();
                flush(entry);
                assertEquals("main/entry", where.get());
            }
        });
    }

    @Test
    void posts_run_in_their_order() {
        scheduler.run("main", () -> {
            List<Integer> order = new ArrayList<>();
            try (RunEntry entry = RunEntry.open()) {
                for (int i = 0; i < 1_000; i++) {
                    int number = i;
                    entry.post(() -> order.add(number));
                }
                flush(entry);
                assertEquals(0, entry.waiting());
            }
            assertEquals(IntStream.range(0, 1_000).boxed().toList(), order);
        });
    }

    @Test
    void post_may_start_tasks_in_a_nursery_of_the_run() throws Exception {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            try (RunEntry entry = RunEntry.open()) {
                Thread outside = Thread.ofPlatform().start(
                        () -> entry.post(() -> nursery.startSoon("child", () -> trail.add("child"))));
                outside.join();
                flush(entry);
            }
        }));
        assertEquals(List.of("child"), trail);
    }

    @Test
    void what_a_post_throws_crashes_the_run_and_those_behind_it_still_run() {
        IllegalArgumentException bad = new IllegalArgumentException("bad");
        var crash = assertThrows(RunCrashedException.class, () -> scheduler.run("main", () -> {
            try (RunEntry entry = RunEntry.open()) {
                entry.post(() -> {
                    throw bad;
                });
                entry.post(() -> trail.add("behind"));
                Checkpoints.sleepForever();
            }
        }));
        assertSame(bad, crash.getCause());
        assertEquals(List.of("behind"), trail);
    }

    @Test
    void closed_entry_refuses_posts_and_others_do_not() {
        scheduler.run("main", () -> {
            RunEntry first = RunEntry.open();
            RunEntry second = RunEntry.open();
            assertNotSame(first, second);
            assertTrue(Task.current("test").run().hasOpenEntry());
            first.close();
            first.close();
            assertTrue(Task.current("test").run().hasOpenEntry());
            assertThrows(IllegalStateException.class, () -> first.post(() -> {}));
            second.post(() -> trail.add("second"));
            flush(second);
            second.close();
            assertFalse(Task.current("test").run().hasOpenEntry());
        });
        assertEquals(List.of("second"), trail);
    }

    @Test
    void run_is_not_alone_while_a_post_has_not_begun() {
        scheduler.run("main", () -> {
            Run run = Task.current("test").run();
            ParkingLot lot = new ParkingLot();
            RunEntry entry = RunEntry.open();
            var closed = new AtomicBoolean();
            entry.post(() -> {
                RealTest.spinUntil(closed::get);
                assertTrue(run.hasOpenEntry());
                trail.add("first");
            });
            entry.post(() -> {
                assertFalse(run.hasOpenEntry());
                trail.add("second");
                lot.unparkAll();
            });
            entry.close();
            closed.set(true);
            while (lot.parkIf(() -> trail.size() < 2)) {}
        });
        assertEquals(List.of("first", "second"), trail);
    }

    @Test
    void post_after_the_run_is_refused() {
        var kept = new AtomicReference<RunEntry>();
        scheduler.run("main", () -> kept.set(RunEntry.open()));
        assertThrows(RunFinishedException.class, () -> kept.get().post(() -> trail.add("late")));
        assertThrows(RunFinishedException.class, () -> kept.get().postOnce("key", () -> trail.add("late")));
        kept.get().close();
        assertEquals(List.of(), trail);
    }

    /// Until the very end of the run: accepted means run.
    @Test
    void every_post_that_is_accepted_is_run() throws Exception {
        for (int round = 0; round < 300; round++) {
            var accepted = new AtomicInteger();
            var ran = new AtomicInteger();
            var entry = new AtomicReference<RunEntry>();
            Thread outside = Thread.ofPlatform().start(() -> {
                while (entry.get() == null)
                    Thread.onSpinWait();
                try {
                    while (true) {
                        entry.get().post(ran::incrementAndGet);
                        accepted.incrementAndGet();
                    }
                } catch (RunFinishedException e) {
                    // the run has ended
                }
            });
            scheduler.run("main", () -> entry.set(RunEntry.open()));
            outside.join();
            assertEquals(accepted.get(), ran.get(), "round " + round);
        }
    }

    @Test
    void posts_of_a_run_whose_root_failed_are_run() {
        var thrown = assertThrows(IllegalArgumentException.class, () -> scheduler.run("main", () -> {
            RunEntry entry = RunEntry.open();
            for (int i = 0; i < 100; i++) entry.post(() -> trail.add("post"));
            throw new IllegalArgumentException("root");
        }));
        assertEquals("root", thrown.getMessage());
        assertEquals(100, trail.size());
    }

    /// Its own cleanup may need the entry, so that is the last to go.
    @Test
    void system_task_may_post_from_its_cleanup() {
        scheduler.run("main", () -> {
            RunEntry entry = RunEntry.open();
            SystemTasks.startSoon("poller", () -> {
                try {
                    Checkpoints.sleepForever();
                } finally {
                    entry.post(() -> trail.add("posted at the end"));
                }
            });
            clock.settle();
        });
        assertEquals(List.of("posted at the end"), trail);
    }

    /// The task of the entry is being stopped by then, but a post is not what is to be cut short.
    @Test
    void post_that_passes_a_checkpoint_while_the_run_ends_is_no_crash() {
        for (int i = 0; i < 200; i++) {
            scheduler.run("main", () -> {
                RunEntry entry = RunEntry.open();
                entry.post(() -> {
                    Checkpoints.checkpoint();
                    trail.add("post");
                });
            });
        }
        assertEquals(200, trail.size());
    }

    @Test
    void post_sees_the_initial_values_of_task_locals() {
        TaskLocal<String> local = new TaskLocal<>("local", "initial");
        scheduler.run("main", () -> {
            local.set("root's");
            try (RunEntry entry = RunEntry.open()) {
                entry.post(() -> trail.add(local.get()));
                flush(entry);
            }
        });
        assertEquals(List.of("initial"), trail);
    }

    @Test
    void once_is_once_until_it_begins() throws Exception {
        scheduler.run("main", () -> {
            Map<Integer, Integer> runs = new HashMap<>();
            try (RunEntry entry = RunEntry.open()) {
                var go = new AtomicBoolean();
                entry.post(() -> {
                    while (!go.get())
                        Thread.onSpinWait();
                });
                for (int i = 0; i < 300; i++) {
                    int key = i % 100;
                    assertEquals(i < 100, entry.postOnce(key, () -> runs.merge(key, 1, Integer::sum)));
                }
                go.set(true);
                flush(entry);
                assertEquals(100, runs.size());
                assertTrue(runs.values().stream().allMatch(count -> count == 1));
                assertTrue(entry.postOnce(0, () -> runs.merge(0, 1, Integer::sum)));
                flush(entry);
                assertEquals(2, runs.get(0));
            }
        });
    }

    @Test
    void code_that_is_null_is_refused_where_it_is_posted() {
        scheduler.run("main", () -> {
            try (RunEntry entry = RunEntry.open()) {
                assertThrows(NullPointerException.class, () -> entry.post(null));
                assertThrows(NullPointerException.class, () -> entry.postOnce(null, () -> {}));
            }
        });
    }

    @Test
    void outside_a_run_none_can_be_opened() {
        assertThrows(IllegalStateException.class, RunEntry::open);
    }

    @Test
    void run_that_is_ending_opens_none() {
        scheduler.run("main", () -> SystemTasks.startSoon("late", () -> {
            try {
                Checkpoints.sleepForever();
            } finally {
                assertThrows(IllegalStateException.class, RunEntry::open);
                trail.add("refused");
            }
        }));
        assertEquals(List.of("refused"), trail);
    }

    @Test
    void post_to_an_idle_run_wakes_it_though_the_clock_stands_still() throws Exception {
        var entry = new AtomicReference<RunEntry>();
        var lot = new ParkingLot();
        var run = new FutureTask<>(() -> scheduler.call("main", () -> {
            entry.set(RunEntry.open());
            lot.park();
            return "woken";
        }));
        Thread.ofPlatform().start(run);
        RealTest.spinUntil(() -> lot.statistics().waiting() == 1 || run.isDone());
        if (!run.isDone()) entry.get().post(lot::unparkAll);
        assertEquals("woken", run.get(30, TimeUnit.SECONDS));
    }
}
