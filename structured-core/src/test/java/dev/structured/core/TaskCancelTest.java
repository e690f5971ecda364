package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskCancelTest extends KernelTest {

    private static void fail(IOException failure) throws IOException {
        throw failure;
    }

    @Test
    void stops_the_task_and_nothing_beside_it() {
        scheduler.run("main", () -> {
            List<String> seen = new ArrayList<>();
            Nursery.run(nursery -> {
                Task<?> stopped = nursery.startSoon("stopped", Checkpoints::sleepForever);
                Task<String> sibling = nursery.startSoon("sibling", () -> {
                    sleep(2);
                    return "whole";
                });
                sleep(1);
                stopped.cancel("enough");
                stopped.awaitEnd();
                seen.add(time() + " " + stopped.state());
                seen.add(sibling.await());
                assertFalse(nursery.scope().isCancelled());
                assertEquals("enough",
                        assertThrows(ScopeCancelledException.class, stopped::await).reason().text());
            });
            assertEquals(List.of("1.0 CANCELLED", "whole"), seen);
        });
    }

    @Test
    void reaches_what_is_below_however_deep() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            List<String> ended = new ArrayList<>();
            Task<?> top = nursery.startSoon("top",
                    () -> new CancelScope("around").run(() -> Nursery.run(inner -> {
                        inner.startSoon("below",
                                () -> Nursery.run(innermost -> innermost.startSoon("lowest", () -> {
                                    try {
                                        Checkpoints.sleepForever();
                                    } finally {
                                        ended.add(Task.current().name());
                                    }
                                })));
                        Checkpoints.sleepForever();
                    })));
            clock.settle();
            top.cancel();
            top.awaitEnd();
            assertEquals(List.of("lowest"), ended);
            assertEquals(Task.State.CANCELLED, top.state());
        }));
    }

    @Test
    void shield_in_the_task_holds() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            Task<?> task = nursery.startSoon("task", () -> {
                new CancelScope().withShield().run(() -> sleep(2));
                Checkpoints.checkpoint();
            });
            sleep(1);
            task.cancel();
            task.awaitEnd();
            assertEquals(2, time());
            assertEquals(Task.State.CANCELLED, task.state());
        }));
    }

    @Test
    void scope_in_the_task_leaves_it_to_the_task() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            List<String> seen = new ArrayList<>();
            CancelScope inner = new CancelScope("inner");
            Task<?> task = nursery.startSoon("task", () -> {
                inner.run(() -> {
                    inner.cancel();
                    Task.current().cancel();
                    Checkpoints.checkpoint();
                });
                seen.add("after the inner scope");
            });
            task.awaitEnd();
            assertEquals(List.of(), seen);
            assertFlags(inner, true, false);
        }));
    }

    @Test
    void value_and_failure_survive_it() {
        scheduler.run("main", () -> {
            IOException failure = new IOException("on the way out");
            var group = assertThrows(NurseryFailedException.class, () -> Nursery.run(nursery -> {
                Task<String> whole = nursery.startSoon("whole", () -> {
                    try {
                        Checkpoints.sleepForever();
                    } catch (Cancelled swallowed) {
                        return "value";
                    }
                    return "never";
                });
                Task<?> failing = nursery.startSoon("failing", () -> {
                    try {
                        Checkpoints.sleepForever();
                    } finally {
                        fail(failure);
                    }
                });
                clock.settle();
                whole.cancel();
                assertEquals("value", whole.await());
                failing.cancel();
                failing.awaitEnd();
            }));
            assertEquals(List.of(failure), group.failures());
            assertNull(group.cancelled());
        });
    }

    @Test
    void group_that_the_task_ends_with_keeps_its_failures() {
        scheduler.run("main", () -> {
            var group = assertThrows(NurseryFailedException.class, () -> Nursery.run(nursery -> {
                Task<?> task = nursery.startSoon("task", () -> Nursery.run("inner", inner -> {
                    inner.startSoon("failing", () -> {
                        try {
                            Checkpoints.sleepForever();
                        } finally {
                            fail(new IOException("inner"));
                        }
                    });
                    Checkpoints.sleepForever();
                }));
                clock.settle();
                task.cancel();
            }));
            assertEquals("inner", group.leaves().getFirst().getMessage());
            assertNull(group.cancelled());
        });
    }

    @Test
    void after_its_end_nothing_changes() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            Task<String> task = nursery.startSoon("task", () -> "value");
            task.awaitEnd();
            task.cancel();
            assertEquals("value", task.await());
            Checkpoints.checkpoint();
        }));
    }

    @Test
    void task_may_cancel_itself() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            Task<?> task = nursery.startSoon("task", () -> {
                Task.current().cancel("of itself");
                Checkpoints.checkpoint();
            });
            task.awaitEnd();
            assertEquals(Task.State.CANCELLED, task.state());
        }));
    }

    @Test
    void root_is_cancelled_with_its_run() {
        var thrown = assertThrows(ScopeCancelledException.class, () -> scheduler.run("main", () -> {
            Task.current().cancel("all of it");
            Checkpoints.checkpoint();
        }));
        assertEquals("all of it", thrown.reason().text());
    }

    @Test
    void thread_from_outside_may_cancel() throws InterruptedException {
        var task = new AtomicReference<@Nullable Task<?>>();
        Thread outside = Thread.ofPlatform().unstarted(() -> {
            Task<?> known = task.get();
            assertNotNull(known);
            known.cancel();
        });
        scheduler.run("main", () -> Nursery.run(nursery -> {
            task.set(nursery.startSoon("task", Checkpoints::sleepForever));
            outside.start();
        }));
        outside.join();
        assertEquals(Task.State.CANCELLED, task.get().state());
    }

    @Test
    void start_that_is_not_ready_throws_that_its_task_was_stopped() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            var thrown = assertThrows(ScopeCancelledException.class,
                    () -> nursery.start("server", (TaskStatus<@Nullable Void> status) -> {
                        Task.current().cancel("not today");
                        Checkpoints.checkpoint();
                    }));
            assertEquals("not today", thrown.reason().text());
            assertFalse(nursery.scope().isCancelled());
        }));
    }

    @Test
    void started_task_that_is_ready_is_cancelled_alone() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            Task<?> server = nursery.start("server", (TaskStatus<Task<?>> status) -> {
                status.started(Task.current());
                Checkpoints.sleepForever();
            });
            server.cancel();
            server.awaitEnd();
            assertEquals(Task.State.CANCELLED, server.state());
            assertFalse(nursery.scope().isCancelled());
        }));
    }

    @Test
    void both_the_task_and_its_nursery_may_be_cancelled() {
        scheduler.run("main", () -> {
            CancelScope around = new CancelScope("around");
            around.run(() -> Nursery.run(nursery -> {
                Task<?> task = nursery.startSoon("task", Checkpoints::sleepForever);
                clock.settle();
                task.cancel();
                around.cancel();
                Checkpoints.sleepForever();
            }));
            assertFlags(around, true, true);
        });
    }

    @Test
    void foreign_code_of_the_task_is_interrupted() throws Exception {
        Scheduler real = Scheduler.open();
        real.run("main", () -> Nursery.run(nursery -> {
            CountDownLatch begun = new CountDownLatch(1);
            Task<?> task = nursery.startSoon("task", () -> {
                begun.countDown();
                new CountDownLatch(1).await();
            });
            begun.await();
            task.cancel();
            task.awaitEnd();
            assertEquals(Task.State.CANCELLED, task.state());
        }));
        assertEquals(0, real.deadlines().size(), "reminders left");
        real.close();
    }

    @Test
    void tree_shows_the_reason_and_no_scope_of_its_own() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            Task<?> task = nursery.startSoon("task",
                    () -> new CancelScope().withShield().run(() -> sleep(1)));
            clock.settle();
            task.cancel("enough");
            TaskTree.Entry entry = TaskTree.of(scheduler).tasks().get(1);
            assertEquals(List.of("scope"), entry.scopes());
        }));
    }

    @Test
    void task_of_an_entry_goes_on_with_what_was_posted() {
        scheduler.run("main", () -> {
            List<String> ran = new ArrayList<>();
            RunEntry entry = RunEntry.open();
            entry.post(() -> Task.current().cancel());
            entry.post(() -> ran.add("second"));
            clock.settle();
            entry.post(() -> ran.add("third"));
            clock.settle();
            entry.close();
            assertEquals(List.of("second", "third"), ran);
        });
    }

    @Test
    void does_not_await_itself() {
        scheduler.run("main", () -> {
            var thrown = assertThrows(IllegalStateException.class, () -> Task.current().awaitEnd());
            assertTrue(thrown.getMessage().contains("'main' waits for itself"), thrown.getMessage());
            assertSame(Task.State.RUNNING, Task.current().state());
        });
    }
}
