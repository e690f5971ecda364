package dev.structured.core.interop;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Body;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Instrument;
import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.Platform;
import dev.structured.core.RunFinishedException;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.core.TaskLocal;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PortalTest {
    private static final TaskLocal<String> REQUEST = new TaskLocal<>("request", "none");
    private static final Duration SHORT = Duration.ofMillis(10);

    /// Runs the body on a thread of its own that is no task's, and waits for it.
    static void onForeignThread(Body<Exception> body) {
        Platform platform = Scheduler.current().platform();
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        platform.startForeign("foreign", () -> {
            try {
                body.run();
                done.complete(null);
            } catch (Throwable thrown) {
                done.completeExceptionally(thrown);
            }
        });
        try {
            done.join();
        } catch (CompletionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    @StructuredTest
    void call_is_a_task_of_the_nursery_and_gives_its_value_to_the_caller() {
        Task<?> opener = Task.current();
        Nursery.run(nursery -> REQUEST.run("r-42", () -> {
            try (Portal portal = Portal.open(nursery)) {
                onForeignThread(() -> {
                    String seen = portal.call(() -> {
                        assertEquals(new Portal.Statistics(0, 1, true), portal.statistics());
                        return Task.current().path() + " " + REQUEST.get();
                    });
                    assertEquals(opener.path() + "/for foreign r-42", seen);
                    assertEquals(new Portal.Statistics(0, 0, true), portal.statistics());
                });
            }
        }));
    }

    @StructuredTest
    void caller_waits_while_the_task_sleeps(VirtualClock clock) {
        AtomicReference<Duration> returned = new AtomicReference<>();
        Nursery.run(nursery -> {
            try (Portal portal = Portal.open(nursery)) {
                clock.startForeign("foreign", () -> {
                    assertDoesNotThrow(() -> portal.run(() -> Checkpoints.sleep(SHORT)));
                    returned.set(clock.now());
                });
                Checkpoints.sleep(SHORT.multipliedBy(2));
            }
        });
        assertEquals(SHORT, returned.get());
        assertEquals(SHORT.multipliedBy(2), clock.now());
    }

    @StructuredTest
    void failure_of_a_call_is_its_callers_and_not_the_nurserys() {
        FileNotFoundException gone = new FileNotFoundException("gone");
        Nursery.run(nursery -> {
            try (Portal portal = Portal.open(nursery)) {
                onForeignThread(() -> {
                    assertSame(gone, assertThrows(FileNotFoundException.class, () -> portal.run(() -> {
                        throw gone;
                    })));
                    CompletableFuture<?> future = portal.submit(() -> {
                        throw new AssertionError("also an error");
                    });
                    ExecutionException thrown = assertThrows(ExecutionException.class, future::get);
                    assertEquals("also an error", thrown.getCause().getMessage());
                });
                Checkpoints.checkpoint(); // the nursery is not cancelled
            }
        });
    }

    @StructuredTest
    void task_of_any_run_submits_and_waits_for_the_future() {
        Nursery.run("room", nursery -> {
            try (Portal portal = Portal.open(nursery)) {
                assertTrue(assertThrows(IllegalStateException.class, () -> portal.run(() -> {})).getMessage()
                        .contains("Use Futures.await(portal.submit(...))"));
                assertEquals(1, Futures.await(portal.submit(() -> 1)));
                onForeignThread(() -> {
                    try (Scheduler other = Scheduler.open()) {
                        assertEquals("done",
                                other.call("another run", () -> Futures.await(portal.submit(() -> "done"))));
                    }
                });
            }
        });
    }

    @StructuredTest
    void closed_portal_refuses_and_what_it_has_accepted_is_awaited() {
        AtomicReference<CompletableFuture<String>> accepted = new AtomicReference<>();
        Nursery.run("room", nursery -> {
            Portal portal = Portal.open(nursery);
            onForeignThread(() -> accepted.set(portal.submit(() -> {
                Checkpoints.sleep(SHORT);
                return "done";
            })));
            portal.close();
            portal.close();
            onForeignThread(() -> assertEquals(
                    "This portal into nursery 'room' is closed and accepts no more calls",
                    assertThrows(IllegalStateException.class, () -> portal.run(() -> {})).getMessage()));
            assertFalse(portal.statistics().open());
        });
        assertEquals("done", accepted.get().join());
    }

    @StructuredTest
    void nursery_waits_for_an_open_portal() {
        AtomicReference<Portal> portal = new AtomicReference<>();
        Nursery.run(all -> {
            all.startSoon("closer", () -> {
                Checkpoints.sleep(SHORT);
                onForeignThread(() -> assertEquals("yes", portal.get().call(() -> "yes")));
                portal.get().close();
            });
            Nursery.run(nursery -> portal.set(Portal.open(nursery)));
            assertFalse(portal.get().statistics().open());
        });
    }

    @StructuredTest
    void cancelled_nursery_cancels_calls_and_refuses_more() {
        AtomicReference<CompletableFuture<?>> running = new AtomicReference<>();
        AtomicReference<Portal> kept = new AtomicReference<>();
        Nursery.run("room", nursery -> {
            Portal portal = Portal.open(nursery);
            kept.set(portal);
            onForeignThread(() -> running.set(portal.submit(() -> {
                Checkpoints.sleepForever();
                return "never";
            })));
            nursery.scope().cancel("enough");
        });
        assertTrue(running.get().isCancelled());
        onForeignThread(() -> assertEquals("Nursery 'room' of this portal is cancelled",
                assertThrows(CancellationException.class, () -> kept.get().run(() -> {})).getMessage()));
    }

    @StructuredTest
    void after_the_run_it_says_so() throws InterruptedException {
        AtomicReference<Portal> kept = new AtomicReference<>();
        onForeignThread(() -> {
            try (Scheduler other = Scheduler.open()) {
                other.run("main", () -> Nursery.run(nursery -> {
                    kept.set(Portal.open(nursery));
                    nursery.scope().cancel();
                }));
            }
            assertThrows(RunFinishedException.class, () -> kept.get().run(() -> {}));
            assertThrows(RunFinishedException.class, () -> kept.get().submit(() -> 1));
        });
    }

    @StructuredTest
    void cancelled_future_cancels_its_task() {
        AtomicReference<String> trail = new AtomicReference<>("not begun");
        Nursery.run(nursery -> {
            try (Portal portal = Portal.open(nursery)) {
                onForeignThread(() -> {
                    CompletableFuture<String> future = portal.submit(() -> {
                        trail.set("begun");
                        try {
                            Checkpoints.sleepForever();
                        } finally {
                            trail.set("stopped");
                        }
                        return "never";
                    });
                    while (!trail.get().equals("begun"))
                        Thread.onSpinWait();
                    assertTrue(future.cancel(true));
                });
            }
        });
        assertEquals("stopped", trail.get());
    }

    /// Nobody looks at the future any more.
    @Test
    void failure_after_the_future_was_cancelled_is_told() {
        IOException disk = new IOException("disk");
        CancellationException of = new CancellationException("of something else");
        List<Throwable> dropped = new CopyOnWriteArrayList<>();
        Scheduler.builder().platform(new VirtualClock()).instrument(new Instrument() {
            @Override
            public void errorDropped(Task<?> task, Throwable error) {
                dropped.add(error);
            }
        }).build().run("main", () -> Nursery.run(nursery -> {
            try (Portal portal = Portal.open(nursery)) {
                for (Exception failure : Arrays.asList(disk, of, null)) {
                    CompletableFuture<?> future = portal.submit(() -> {
                        try {
                            Checkpoints.sleepForever();
                        } catch (Cancelled cancelled) {
                            if (failure != null) throw failure;
                            throw cancelled;
                        }
                    });
                    Checkpoints.sleep(SHORT);
                    future.cancel(true);
                }
            }
        }));
        assertEquals(List.of(disk, of), dropped);
    }

    @StructuredTest
    void interrupt_of_the_caller_cancels_the_task_and_waits_for_its_end() {
        AtomicReference<String> trail = new AtomicReference<>("not begun");
        AtomicReference<Thread> caller = new AtomicReference<>();
        Nursery.run(nursery -> {
            try (Portal portal = Portal.open(nursery)) {
                nursery.startSoon("foreign", () -> onForeignThread(() -> {
                    caller.set(Thread.currentThread());
                    InterruptedException thrown = assertThrows(InterruptedException.class,
                            () -> portal.run(() -> {
                                trail.set("begun");
                                try {
                                    Checkpoints.sleepForever();
                                } finally {
                                    trail.set("stopped");
                                }
                            }));
                    assertEquals("stopped", trail.get());
                    assertInstanceOf(CancellationException.class, thrown.getCause());
                    assertFalse(Thread.currentThread().isInterrupted());
                }));
                while (!trail.get().equals("begun"))
                    Checkpoints.yieldNow();
                caller.get().interrupt();
            }
        });
    }

    /// A propagator, say, may throw before the body begins. The call has no value then.
    @Test
    void call_whose_body_was_not_run_fails() {
        IllegalStateException noContext = new IllegalStateException("no context");
        Scheduler failing = Scheduler.builder().platform(new VirtualClock()).propagator(task -> () -> {
            if (Task.current().name().startsWith("for ")) throw noContext;
            task.run();
        }).build();
        List<CompletableFuture<String>> calls = new CopyOnWriteArrayList<>();
        NurseryFailedException thrown = assertThrows(NurseryFailedException.class,
                () -> failing.run("main", () -> Nursery.run(nursery -> {
                    try (Portal portal = Portal.open(nursery)) {
                        calls.add(portal.submit(() -> "value"));
                    }
                })));
        assertSame(noContext, calls.getFirst().exceptionNow());
        assertEquals(List.of(noContext), thrown.failures());
    }
}
