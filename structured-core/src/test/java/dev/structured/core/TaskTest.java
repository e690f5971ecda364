package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.interop.Blocking;
import dev.structured.testing.StructuredTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// The numbers are those of the scenarios that the design lists.
class TaskTest extends KernelTest {

    /// Returns what the task's [Task#await()] throws.
    private static <X extends Throwable> X awaited(Class<X> type, AtomicReference<? extends Task<?>> task) {
        return assertThrows(type, () -> task.get().await());
    }

    @Test
    void await_returns_the_value_however_often_and_however_late() {
        scheduler.run("main", () -> {
            var kept = new AtomicReference<Task<String>>();
            Nursery.run(nursery -> {
                kept.set(nursery.startSoon("child", () -> {
                    sleep(1);
                    return "value";
                }));
                assertEquals(Task.State.RUNNING, kept.get().state());
                assertFalse(kept.get().isDone());
                assertEquals("value", kept.get().await());
                assertEquals(1, time());
            });
            assertEquals("value", kept.get().await());
            assertEquals(Task.State.SUCCEEDED, kept.get().state());
            assertTrue(kept.get().isDone());
        });
    }

    @Test
    void value_may_be_null() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            assertNull(nursery.startSoon("child", () -> {}).await());
        }));
    }

    @Test
    void any_number_of_tasks_may_await_the_same_one() {
        scheduler.run("main", () -> {
            List<Task<Integer>> awaiters = new ArrayList<>();
            int sum = Nursery.call(nursery -> {
                Task<Integer> slow = nursery.startSoon("slow", () -> {
                    sleep(1);
                    return 7;
                });
                for (int i = 0; i < 10; i++) awaiters.add(nursery.startSoon("awaiter", slow::await));
                int total = 0;
                for (Task<Integer> awaiter : awaiters) total += awaiter.await();
                return total;
            });
            assertEquals(70, sum);
        });
    }

    @Test
    void failure_is_seen_from_outside_the_nursery() {
        scheduler.run("main", () -> {
            var kept = new AtomicReference<Task<?>>();
            RuntimeException failure = new IllegalArgumentException("E");
            assertThrows(NurseryFailedException.class,
                    () -> Nursery.run(nursery -> kept.set(nursery.startSoon("bomb", () -> {
                        throw failure;
                    }))));
            assertEquals(Task.State.FAILED, kept.get().state());
            var thrown = awaited(CompletionException.class, kept);
            assertSame(failure, thrown.getCause());
            assertTrue(thrown.getMessage().contains("'main/bomb'"), thrown.getMessage());
        });
    }

    @Test
    void failure_is_seen_by_a_shielded_sibling() {
        scheduler.run("main", () -> {
            var seen = new AtomicReference<Throwable>();
            assertThrows(NurseryFailedException.class, () -> Nursery.run(nursery -> {
                Task<?> bomb = nursery.startSoon("bomb", () -> {
                    sleep(1);
                    throw new IllegalArgumentException("E");
                });
                new CancelScope().withShield()
                        .run(() -> seen.set(assertThrows(CompletionException.class, bomb::await)));
            }));
            assertEquals("E", seen.get().getCause().getMessage());
        });
    }

    @Test
    void awaiting_a_cancelled_task_tells_its_reason() {
        scheduler.run("main", () -> {
            var kept = new AtomicReference<Task<?>>();
            Nursery.run(nursery -> {
                kept.set(nursery.startSoon("sleeper", Checkpoints::sleepForever));
                clock.settle();
                nursery.scope().cancel("enough");
            });
            assertEquals(Task.State.CANCELLED, kept.get().state());
            assertEquals("enough", awaited(ScopeCancelledException.class, kept).reason().text());
        });
    }

    @Test
    void task_cannot_await_itself() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            var itself = new AtomicReference<Task<?>>();
            itself.set(nursery.startSoon("narcissus", () -> {
                sleep(1);
                var refused = awaited(IllegalStateException.class, itself);
                assertTrue(refused.getMessage().contains("'main/narcissus' waits for itself"),
                        refused.getMessage());
            }));
        }));
    }

    @Test
    void task_cannot_await_a_task_that_it_lives_in() {
        scheduler.run("main", () -> {
            Task<?> main = Task.current();
            Nursery.run(nursery -> nursery.startSoon("outer", () -> {
                Task<?> outer = Task.current();
                Nursery.run(inner -> inner.startSoon("inner", () -> {
                    for (Task<?> around : List.of(outer, main)) {
                        assertTrue(around.encloses(Task.current()));
                        assertFalse(Task.current().encloses(around));
                        var refused = assertThrows(IllegalStateException.class, around::await);
                        assertTrue(
                                refused.getMessage()
                                        .contains("'main/outer/inner' waits for '" + around.path()),
                                refused.getMessage());
                    }
                }));
            }));
        });
    }

    @Test
    void worker_without_a_task_is_told_of_its_host() {
        TaskLocal<String> local = new TaskLocal<>("request", "none");
        scheduler.run("main", () -> {
            String message = Blocking.call(
                    () -> assertThrows(IllegalStateException.class, local::get).getMessage());
            assertTrue(message.contains("Blocking.inHost"), message);
        });
    }

    @Test
    void s3_await_outside_a_run_is_refused() {
        var kept = new AtomicReference<Task<?>>();
        scheduler.run("main", () -> Nursery.run(nursery -> kept.set(nursery.startSoon("child", () -> {}))));
        assertTrue(
                awaited(IllegalStateException.class, kept).getMessage().contains("Task.await needs a task"));
    }

    @Test
    void cancelled_await_leaves_the_other_alone() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            Task<String> slow = nursery.startSoon("slow", () -> {
                sleep(5);
                return "value";
            });
            assertTrue(Timeouts.moveOnAfter(seconds(1), slow::await).isCancelled());
            assertEquals(1, time());
            assertEquals("value", slow.await());
            assertEquals(5, time());
        }));
    }

    @Test
    void path_shows_the_last_names_of_a_deep_tree() {
        scheduler.run("main", () -> Nursery.run(a -> a.startSoon("a", () -> Nursery.run(b -> {
            Task<?> leaf = b.startSoon("b", () -> {});
            assertEquals("main/a/b", leaf.path());
            assertEquals("…/a/b", leaf.path(2));
            assertEquals("main/a/b", leaf.path(3));
        }))));
    }

    @Test
    void task_that_has_ended_keeps_no_neighbour_alive() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            Task<?> before = nursery.startSoon("before", Checkpoints::sleepForever);
            Task<?> kept = nursery.startSoon("kept", () -> sleep(1));
            nursery.startSoon("after", Checkpoints::sleepForever);
            sleep(2);
            assertNull(kept.gate().previous);
            assertNull(kept.gate().next);
            assertFalse(before.isDone());
            assertEquals(3, scheduler.statistics().tasks());
            nursery.scope().cancel();
        }));
    }

    @Test
    void threads_that_run_no_task_have_none() {
        assertNull(Task.currentOrNull());
        scheduler.run("main", () -> assertInstanceOf(Task.class, Task.currentOrNull()));
        assertNull(Task.currentOrNull());
    }

    @StructuredTest
    void end_hook_runs_once_when_the_task_has_ended_or_at_once_if_it_has() {
        List<String> trail = new ArrayList<>();
        Runnable removed = () -> trail.add("removed");
        Nursery.run(nursery -> {
            Task<?> task = nursery.startSoon("brief", () -> Checkpoints.sleep(Duration.ofMillis(1)));
            task.addHook(removed);
            task.addHook(() -> trail.add(task.state() + ""));
            task.removeHook(removed);
            task.removeHook(() -> {});
            assertEquals(List.of(), trail);
            Checkpoints.sleep(Duration.ofMillis(2));
            assertEquals(List.of("SUCCEEDED"), trail);
            task.addHook(() -> trail.add("at once"));
            assertEquals(List.of("SUCCEEDED", "at once"), trail);
        });
    }

    @Test
    void end_hook_that_throws_is_told_and_stops_nobody() {
        List<Throwable> dropped = new ArrayList<>();
        Scheduler scheduler = Scheduler.builder().instrument(new Instrument() {
            @Override
            public void errorDropped(Task<?> task, Throwable error) {
                dropped.add(error);
            }
        }).build();
        List<String> trail = new ArrayList<>();
        IllegalStateException bad = new IllegalStateException("bad hook");
        scheduler.run("main", () -> {
            Task.current().addHook(() -> {
                throw bad;
            });
            Task.current().addHook(() -> trail.add("good hook"));
        });
        assertEquals(List.of(bad), dropped);
        assertEquals(List.of("good hook"), trail);
    }

    @Test
    void task_that_is_being_started_must_not_wait_for_its_starter() {
        List<String> events = new ArrayList<>();
        scheduler.run("test", () -> Nursery.run(home -> home.startSoon("starter", () -> {
            Task<?> starter = Task.current();
            home.start("started", (TaskStatus<String> status) -> {
                assertThrows(IllegalStateException.class, starter::awaitEnd);
                Nursery.run(inner -> inner.startSoon("deep",
                        () -> assertThrows(IllegalStateException.class, starter::await)));
                status.started("ready");
                starter.awaitEnd(); // it does not wait any more
                events.add("starter " + starter.state());
            });
        })));
        assertEquals(List.of("starter SUCCEEDED"), events);
    }
}
