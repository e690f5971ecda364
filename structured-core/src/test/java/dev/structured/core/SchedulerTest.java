package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SchedulerTest extends KernelTest {

    @Test
    void run_returns_the_value_of_its_body() {
        assertEquals(42, scheduler.call("main", () -> 42));
    }

    @Test
    void run_throws_what_its_body_throws_and_not_a_group() {
        IOException failure = new IOException("E");
        assertSame(failure, assertThrows(IOException.class, () -> scheduler.run("main", () -> {
            throw failure;
        })));
    }

    @Test
    void closing_says_which_root_sits_in_code_that_heeds_no_interrupt() throws Exception {
        BlockingQueue<String> logged = new LinkedBlockingQueue<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                logged.add(entry.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(Instrument.class.getName());
        logger.addHandler(handler);
        Scheduler real = Scheduler.open();
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        try {
            CountDownLatch begun = new CountDownLatch(1);
            Thread root = new Thread(() -> real.run("acceptor", () -> {
                begun.countDown();
                try {
                    server.accept();
                } catch (IOException closed) {
                    // the end of the test
                }
            }));
            root.start();
            begun.await();
            Thread closer = new Thread(real::close);
            closer.start();
            String message = logged.take();
            assertTrue(message.startsWith("Task 'acceptor' was told to end") && message.contains("accept"),
                    message);
            assertTrue(closer.isAlive());
            server.close();
            closer.join();
            root.join();
            assertEquals(0, logged.size(), "told once");
        } finally {
            server.close();
            logger.removeHandler(handler);
        }
    }

    @Test
    void closing_in_a_task_is_refused_and_says_whose_it_is() {
        Scheduler other = Scheduler.open();
        scheduler.run("main", () -> {
            var own = assertThrows(IllegalStateException.class, scheduler::close).getMessage();
            assertTrue(own.contains("in task 'main' of one of them") && own.contains("requestStop"), own);
            var others = assertThrows(IllegalStateException.class, other::close).getMessage();
            assertTrue(others.contains("in task 'main' of another scheduler"), others);
            Checkpoints.checkpoint();
        });
        other.run("still open", () -> {});
        other.close();
    }

    @Test
    void run_inside_a_run_is_refused_and_the_outer_one_is_unharmed() {
        int value = scheduler.call("outer", () -> {
            var refused = assertThrows(IllegalStateException.class, () -> scheduler.run("inner", () -> {}));
            assertTrue(refused.getMessage().contains("'inner'"), refused.getMessage());
            assertTrue(refused.getMessage().contains("do not nest"), refused.getMessage());
            Checkpoints.checkpoint();
            return 1;
        });
        assertEquals(1, value);
        assertEquals(2, scheduler.call("second", () -> 2));
    }

    @Test
    void operations_outside_a_run_are_refused_at_once() {
        assertThrows(IllegalStateException.class, Checkpoints::checkpoint);
        assertThrows(IllegalStateException.class, Checkpoints::checkCancelled);
        assertThrows(IllegalStateException.class, Checkpoints::sleepForever);
        assertThrows(IllegalStateException.class, () -> Checkpoints.sleep(Duration.ofSeconds(1)));
        assertThrows(IllegalStateException.class, Checkpoints::effectiveDeadline);
        assertThrows(IllegalStateException.class, () -> new CancelScope().run(() -> {}));
        assertThrows(IllegalStateException.class, () -> new ParkingLot().park());
        var refused = assertThrows(IllegalStateException.class, () -> Nursery.run(nursery -> {}));
        assertTrue(refused.getMessage().contains("Scheduler.run"), refused.getMessage());
    }

    @Test
    void task_that_belongs_to_another_run_may_not_start_tasks_here() {
        scheduler.run("first", () -> Nursery.run("mine", nursery -> {
            var thrown = new AtomicReference<Throwable>();
            Thread other = Thread.ofPlatform().start(() -> {
                try (Scheduler second = Scheduler.open()) {
                    second.run("second", () -> nursery.startSoon("intruder", () -> {}));
                } catch (IllegalStateException e) {
                    thrown.set(e);
                }
            });
            other.join();
            assertTrue(thrown.get().getMessage().contains("another run"), thrown.get().getMessage());
        }));
    }

    @Test
    void cancelled_thrown_after_its_scope_has_ended_is_an_error_that_names_the_scope() {
        var thrown = assertThrows(IllegalStateException.class, () -> scheduler.run("main", () -> {
            var kept = new AtomicReference<Cancelled>();
            CancelScope scope = new CancelScope("origin");
            scope.run(() -> {
                scope.cancel();
                kept.set(assertThrows(Cancelled.class, Checkpoints::checkpoint));
            });
            throw kept.get();
        }));
        assertTrue(thrown.getMessage().contains("'origin'"), thrown.getMessage());
        assertInstanceOf(Cancelled.class, thrown.getCause());
    }

    @Test
    void s48_cancelled_thrown_into_a_nursery_that_is_not_cancelled_is_an_error_too() {
        var thrown = assertThrows(NurseryFailedException.class, () -> scheduler.run("main", () -> {
            var kept = new AtomicReference<Cancelled>();
            CancelScope scope = new CancelScope("origin");
            scope.run(() -> {
                scope.cancel();
                kept.set(assertThrows(Cancelled.class, Checkpoints::checkpoint));
            });
            Nursery.run(nursery -> {
                nursery.startSoon("thrower", () -> {
                    throw kept.get();
                });
                clock.settle();
                throw kept.get();
            });
        }));
        for (Throwable leaf : thrown.leaves()) {
            assertInstanceOf(IllegalStateException.class, leaf);
            assertTrue(leaf.getMessage().contains("'origin'"), leaf.getMessage());
        }
    }

    @Test
    void time_is_that_of_the_platform() {
        clock.jump(Duration.ofSeconds(3));
        assertEquals(3_000_000_000L, scheduler.nanoTime());
    }

    @Test
    void live_tasks_are_counted_through_all_nurseries() {
        scheduler.run("main", () -> Nursery.run(outer -> {
            outer.startSoon("a", () -> Nursery.run(inner -> {
                inner.startSoon("a1", Checkpoints::sleepForever);
                inner.startSoon("a2", Checkpoints::sleepForever);
            }));
            outer.startSoon("b", Checkpoints::sleepForever);
            clock.settle();
            assertEquals(5, scheduler.statistics().tasks());
            assertEquals(1, scheduler.statistics().runs());
            outer.scope().cancel();
        }));
        assertEquals(0, scheduler.statistics().tasks());
    }

    @Nested
    class Closing {
        @Test
        void closed_scheduler_refuses_runs() {
            scheduler.close();
            var refused = assertThrows(SchedulerClosedException.class, () -> scheduler.run("late", () -> {}));
            assertTrue(refused.getMessage().contains("closed"), refused.getMessage());
            scheduler.close();
        }

        @Test
        void run_that_ends_within_the_grace_is_not_disturbed() throws Exception {
            var ended = new AtomicReference<String>();
            Thread run = start(() -> {
                sleep(2);
                ended.set("by itself at " + time());
            });
            scheduler.close(seconds(5));
            run.join();
            assertEquals("by itself at 2.0", ended.get());
            assertEquals(2, time());
        }

        @Test
        void run_that_does_not_is_cancelled_with_the_reason_shutdown_and_awaited() throws Exception {
            var reason = new AtomicReference<CancelReason>();
            var cleanup = new AtomicReference<String>();
            Thread run = start(() -> {
                try {
                    Checkpoints.sleepForever();
                } catch (Cancelled c) {
                    reason.set(c.reason());
                    throw c;
                } finally {
                    new CancelScope().withShield().run(() -> sleep(3));
                    cleanup.set("done at " + time());
                }
            });
            scheduler.close(seconds(5));
            assertEquals("done at 8.0", cleanup.get());
            run.join();
            assertEquals(CancelReason.Source.SHUTDOWN, reason.get().source());
            assertEquals(CancelReason.Source.SHUTDOWN, thrown.get().reason().source());
        }

        @Test
        void a_task_cannot_close_its_own_scheduler() {
            scheduler.run("main", () -> assertThrows(IllegalStateException.class, scheduler::close));
        }

        @Test
        void the_shared_scheduler_cannot_be_closed() {
            assertThrows(IllegalStateException.class, () -> Scheduler.shared().close());
            assertEquals(7, Scheduler.shared().call("still open", () -> 7));
        }

        private final AtomicReference<ScopeCancelledException> thrown = new AtomicReference<>();

        /// Starts a run that goes on with its body once the scheduler is closing. Time waits for it until
        /// then.
        private Thread start(Body<RuntimeException> body) throws InterruptedException {
            var begun = new CountDownLatch(1);
            Thread thread = Thread.ofPlatform().start(() -> {
                try {
                    scheduler.run("other", () -> {
                        begun.countDown();
                        while (!scheduler.toString().contains("CLOSING"))
                            Thread.onSpinWait();
                        body.run();
                    });
                } catch (ScopeCancelledException e) {
                    thrown.set(e);
                }
            });
            begun.await();
            return thread;
        }
    }

    @Nested
    class Instrumented {
        @Test
        void throwing_instrument_is_dropped_and_the_others_see_everything() {
            List<String> seen = new CopyOnWriteArrayList<>();
            Instrument bad = new Instrument() {
                @Override
                public void taskStarted(Task<?> task) {
                    seen.add("bad");
                    throw new IllegalStateException("broken on purpose");
                }
            };
            Instrument good = new Instrument() {
                @Override
                public void taskStarted(Task<?> task) {
                    seen.add("started " + task.path());
                }

                @Override
                public void taskEnded(Task<?> task) {
                    seen.add("ended " + task.path() + " " + task.state());
                }

                @Override
                public void scopeCancelled(CancelScope scope, CancelReason reason) {
                    seen.add("cancelled " + scope.name() + " " + reason.source());
                }
            };
            try (Scheduler observed = Scheduler.builder().instrument(bad).instrument(good).build()) {
                observed.run("main", () -> Nursery.run("outer", outer -> {
                    Nursery.run("children", nursery -> nursery.startSoon("child", () -> {}));
                    outer.scope().cancel();
                }));
            }
            assertEquals(List.of("bad", "started main", "started main/child", "ended main/child SUCCEEDED",
                    "cancelled outer EXPLICIT", "ended main SUCCEEDED"), seen.subList(0, 6));
        }

        @Test
        void cancellation_is_told_even_if_its_task_notices_it_first() {
            var told = new AtomicInteger();
            Instrument counting = new Instrument() {
                @Override
                public void scopeCancelled(CancelScope scope, CancelReason reason) {
                    told.incrementAndGet();
                }
            };
            int rounds = 5_000;
            try (Scheduler observed = Scheduler.builder().instrument(counting).build()) {
                observed.run("main", () -> {
                    for (int i = 0; i < rounds; i++) {
                        // The alarm's thread and the checkpoint both see that the deadline has passed.
                        Timeouts.moveOnAfter(Duration.ofNanos(20_000), () -> {
                            while (true)
                                Checkpoints.checkCancelled();
                        });
                    }
                });
            }
            while (told.get() < rounds)
                Thread.onSpinWait(); // the last one is told by a thread of its own
            assertEquals(rounds, told.get());
        }

        @Test
        void instrument_that_throws_an_error_does_not_keep_a_nursery_waiting() {
            Instrument bad = new Instrument() {
                @Override
                public void taskStarted(Task<?> task) {
                    if (task.name().equals("child")) throw new StackOverflowError("broken on purpose");
                }
            };
            try (Scheduler observed = Scheduler.builder().instrument(bad).build()) {
                assertEquals("value", observed.call("main",
                        () -> Nursery.call(nursery -> nursery.startSoon("child", () -> "value").await())));
            }
        }

        @Test
        void nursery_waits_until_the_end_of_its_child_has_been_told() {
            List<String> seen = new CopyOnWriteArrayList<>();
            Instrument slow = new Instrument() {
                @Override
                public void taskEnded(Task<?> task) {
                    long end = System.nanoTime() + 20_000_000;
                    while (System.nanoTime() < end)
                        Thread.onSpinWait();
                    seen.add("ended " + task.name());
                }
            };
            try (Scheduler observed = Scheduler.builder().instrument(slow).build()) {
                observed.run("main", () -> {
                    Nursery.run(nursery -> nursery.startSoon("child", () -> {}));
                    seen.add("nursery left");
                });
            }
            assertEquals(List.of("ended child", "nursery left", "ended main"), seen.subList(0, 3));
        }

        @Test
        void state_of_a_root_tells_how_its_run_ended() {
            List<String> ended = new ArrayList<>();
            Instrument good = new Instrument() {
                @Override
                public void taskEnded(Task<?> task) {
                    ended.add(task.name() + " " + task.state());
                }
            };
            try (Scheduler observed = Scheduler.builder().instrument(good).build()) {
                observed.run("good", () -> {});
                assertThrows(IOException.class, () -> observed.run("bad", () -> {
                    throw new IOException("E");
                }));
                assertThrows(ScopeCancelledException.class, () -> observed.run("stopped", () -> {
                    Thread.currentThread().interrupt();
                    Checkpoints.checkpoint();
                }));
                assertTrue(Thread.interrupted());
                assertThrows(IllegalStateException.class, () -> observed.run("stray", () -> {
                    throw new Cancelled(new CancelReason(CancelReason.Source.EXPLICIT, "s", "t", null));
                }));
            }
            assertEquals(List.of("good SUCCEEDED", "bad FAILED", "stopped CANCELLED", "stray FAILED"),
                    ended.subList(0, 4));
        }
    }

    @Nested
    class Adopted_threads {
        @Test
        void the_thread_is_given_back_as_it_was() throws Exception {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope();
                scope.run(() -> {
                    scope.cancel();
                    Checkpoints.sleepForever();
                });
            });
            assertFalse(Thread.currentThread().isInterrupted());
            assertNull(Task.currentOrNull());
        }

        @Test
        void a_virtual_thread_can_be_adopted_too() throws Exception {
            var value = new AtomicReference<Integer>();
            Thread.startVirtualThread(() -> value.set(scheduler.call("main", () -> {
                sleep(1);
                return 3;
            }))).join();
            assertEquals(3, value.get());
        }
    }
}
