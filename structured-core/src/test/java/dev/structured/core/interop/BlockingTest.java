package dev.structured.core.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Body;
import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeResult;
import dev.structured.core.Task;
import dev.structured.core.TaskLocal;
import dev.structured.core.Timeouts;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BlockingTest {
    private static final Workers.Statistics NOTHING = new Workers.Statistics(0, 0, 0, 0, 0);
    private static final Duration SHORT = Duration.ofMillis(10);

    private final Workers workers = new Workers("test", 2);

    @AfterEach
    void nobody_works_or_waits() {
        assertEquals(0, workers.statistics().running());
        assertEquals(0, workers.statistics().waiting());
    }

    @StructuredTest
    void value_comes_from_a_platform_thread_named_after_group_and_task() {
        String ran = Nursery.call(nursery -> nursery.startSoon("digest", () -> workers.call(() -> {
            Thread me = Thread.currentThread();
            assertFalse(me.isVirtual());
            assertTrue(me.isDaemon());
            assertEquals(new Workers.Statistics(1, 0, 0, 0, 0), workers.statistics());
            return me.getName();
        })).await());
        assertEquals("test: digest", ran);
        assertEquals(NOTHING, workers.statistics());
    }

    @StructuredTest
    void null_is_a_value_and_what_the_body_throws_is_thrown() {
        assertNull(workers.<@Nullable String, RuntimeException>call(() -> null));
        FileNotFoundException thrown = new FileNotFoundException("gone");
        Body<IOException> failing = () -> {
            throw thrown;
        };
        assertSame(thrown, assertThrows(FileNotFoundException.class, () -> workers.run(failing)));
        assertThrows(StackOverflowError.class, () -> workers.run(BlockingTest::recurse));
        assertEquals(NOTHING, workers.statistics());
    }

    @SuppressWarnings("InfiniteRecursion")
    private static void recurse() {
        recurse();
    }

    @StructuredTest
    void shared_group_is_what_blocking_uses() {
        assertEquals(2,
                Blocking.<Integer, RuntimeException>call(() -> 1 + Workers.shared().statistics().running()));
        Blocking.run(OnCancel.ABANDON, () -> {});
        assertEquals(Workers.shared().statistics(), Blocking.statistics());
    }

    @Test
    void needs_a_task_and_at_least_one_thread() {
        assertTrue(assertThrows(IllegalStateException.class, () -> workers.run(() -> {})).getMessage()
                .contains("needs a task"));
        assertThrows(IllegalArgumentException.class, () -> new Workers("none", 0));
    }

    @StructuredTest
    void clock_stands_still_while_a_worker_works(VirtualClock clock) throws InterruptedException {
        Nursery.run(nursery -> {
            nursery.startSoon("sleeper", () -> Checkpoints.sleep(SHORT));
            Duration at = workers.call(() -> {
                for (int i = 0; i < 1_000; i++) giveWay();
                return clock.now();
            });
            assertEquals(Duration.ZERO, at);
        });
        assertEquals(SHORT, clock.now());
    }

    @SuppressWarnings("ThreadPriorityCheck") // a courtesy
    private static void giveWay() {
        Thread.yield();
    }

    @StructuredTest
    void no_more_work_at_once_than_there_are_permits_and_first_come_first_served() {
        List<Integer> order = new ArrayList<>();
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Workers one = new Workers("one", 1);
        Semaphore go = new Semaphore(0);
        Nursery.run(nursery -> {
            for (int i = 0; i < 5; i++) {
                int number = i;
                nursery.startSoon("t" + i, () -> one.run(() -> {
                    most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                    if (number == 0) go.acquire();
                    order.add(number);
                    atOnce.decrementAndGet();
                }));
                while (one.statistics().running() + one.statistics().waiting() <= i)
                    Checkpoints.yieldNow();
            }
            assertEquals(new Workers.Statistics(1, 4, 0, 0, 0), one.statistics());
            go.release();
        });
        assertEquals(List.of(0, 1, 2, 3, 4), order);
        assertEquals(1, most.get());
    }

    @StructuredTest
    void who_is_cancelled_while_waiting_for_a_permit_begins_nothing() {
        Workers one = new Workers("one", 1);
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        Nursery.run(nursery -> {
            nursery.startSoon("holder", () -> one.run(end::await));
            while (one.statistics().running() == 0)
                Checkpoints.yieldNow();
            CancelScope scope = new CancelScope();
            nursery.startSoon("waiter", () -> scope.run(() -> one.run(begun::incrementAndGet)));
            while (one.statistics().waiting() == 0)
                Checkpoints.yieldNow();
            scope.cancel();
            while (one.statistics().waiting() > 0)
                Checkpoints.yieldNow();
            end.countDown();
        });
        assertEquals(0, begun.get());
        assertEquals(NOTHING, one.statistics());
    }

    @Nested
    class Cancelling {
        /// Runs the body on a worker, and cancels its task once it works.
        private <T> ScopeResult<T> cancelledAtWork(OnCancel policy, CountDownLatch cancelled,
                Body<Exception> work,
                T value) {
            CancelScope scope = new CancelScope();
            CountDownLatch works = new CountDownLatch(1);
            return Nursery.call(nursery -> {
                nursery.startSoon("canceller", () -> {
                    works.await();
                    scope.cancel();
                    cancelled.countDown();
                });
                return scope.call(() -> workers.call(policy, () -> {
                    works.countDown();
                    work.run();
                    return value;
                }));
            });
        }

        @StructuredTest
        void waiting_task_gets_the_value_and_is_cancelled_at_its_next_checkpoint() {
            CountDownLatch cancelled = new CountDownLatch(1);
            ScopeResult<String> result = cancelledAtWork(OnCancel.WAIT, cancelled, cancelled::await, "value");
            assertEquals("value", result.orElse("none"));
        }

        @StructuredTest
        void interrupted_work_gives_up_and_its_task_is_cancelled() {
            ScopeResult<String> result = cancelledAtWork(OnCancel.INTERRUPT, new CountDownLatch(1),
                    new CountDownLatch(1)::await, "value");
            assertTrue(result.isCancelled());
            assertEquals(NOTHING, workers.statistics());
        }

        @StructuredTest
        void value_of_work_that_was_done_in_spite_of_an_interrupt_is_not_lost() {
            ScopeResult<String> result = cancelledAtWork(OnCancel.INTERRUPT, new CountDownLatch(1), () -> {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException done) {
                    // it was done anyway
                }
            }, "value");
            assertEquals("value", result.orElse("none"));
        }

        @StructuredTest
        void error_of_interrupted_work_is_thrown() {
            Throwable thrown = assertThrows(Exception.class,
                    () -> cancelledAtWork(OnCancel.INTERRUPT, new CountDownLatch(1), () -> {
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException broken) {
                            throw new IOException("half written");
                        }
                    }, "value"));
            assertEquals("half written", thrown.getCause().getMessage());
        }

        @StructuredTest
        void interrupt_does_not_get_into_the_threads_next_work() {
            for (int i = 0; i < 50; i++) {
                assertTrue(cancelledAtWork(OnCancel.INTERRUPT, new CountDownLatch(1),
                        new CountDownLatch(1)::await, "").isCancelled());
                assertFalse(workers
                        .<Boolean, RuntimeException>call(() -> Thread.currentThread().isInterrupted()));
            }
        }

        @StructuredTest
        void abandoned_work_keeps_its_permit_and_is_counted_until_it_ends() {
            CountDownLatch end = new CountDownLatch(1);
            assertTrue(
                    cancelledAtWork(OnCancel.ABANDON, new CountDownLatch(1), end::await, "").isCancelled());
            assertEquals(new Workers.Statistics(0, 0, 1, 1, 0), workers.statistics());
            workers.run(() -> { // there is one permit left
                assertEquals(new Workers.Statistics(1, 0, 1, 1, 0), workers.statistics());
            });
            end.countDown();
            while (workers.statistics().abandoned() > 0)
                giveWay();
            assertEquals(new Workers.Statistics(0, 0, 0, 1, 0), workers.statistics());
        }

        @StructuredTest
        void late_error_of_abandoned_work_is_counted() {
            CountDownLatch end = new CountDownLatch(1);
            assertTrue(cancelledAtWork(OnCancel.ABANDON, new CountDownLatch(1), () -> {
                end.await();
                throw new IOException("late");
            }, "").isCancelled());
            end.countDown();
            while (workers.statistics().lateErrors() == 0)
                giveWay();
            assertEquals(new Workers.Statistics(0, 0, 0, 1, 1), workers.statistics());
        }

        @StructuredTest
        void deadline_ends_a_call_that_can_be_abandoned(VirtualClock clock) {
            CountDownLatch end = new CountDownLatch(1);
            // the clock does not jump while the worker works, so it is moved
            ScopeResult<?> result = Timeouts.moveOnAfter(SHORT, () -> workers.call(OnCancel.ABANDON, () -> {
                clock.jump(SHORT);
                clock.adopt();
                clock.park("never unparked, but the clock sees that this thread waits");
                return end.getCount();
            }));
            assertTrue(result.isCancelled());
        }
    }

    @Nested
    class Host {
        private static final TaskLocal<String> REQUEST = new TaskLocal<>("request", "none");

        @StructuredTest
        void code_in_the_host_is_the_task_with_its_scopes_and_locals() {
            Task<?> me = Task.current();
            Thread mine = Thread.currentThread();
            REQUEST.run("r-42", () -> new CancelScope("inner").run(() -> {
                String seen = workers.call(() -> {
                    assertNotSame(mine, Thread.currentThread());
                    return Blocking.inHost(() -> {
                        assertSame(me, Task.current());
                        assertSame(mine, Thread.currentThread());
                        Checkpoints.sleep(SHORT); // may wait, too
                        return REQUEST.get();
                    });
                });
                assertEquals("r-42", seen);
            }));
        }

        @StructuredTest
        void what_it_throws_is_thrown_in_the_worker() throws IOException {
            String told = workers.call(() -> {
                try {
                    Blocking.inHost(() -> {
                        throw new FileNotFoundException("gone");
                    });
                    return "nothing";
                } catch (FileNotFoundException e) {
                    return e.getMessage();
                }
            });
            assertEquals("gone", told);
        }

        @StructuredTest
        void it_may_give_work_to_another_thread() throws Exception {
            assertEquals(3, workers.<Integer, Exception>call(
                    () -> 1 + Blocking.<Integer, Exception>inHost(
                            () -> 1 + workers.<Integer, Exception>call(() -> 1))));
        }

        @StructuredTest
        void cancelled_checkpoint_of_it_stops_the_work() throws Exception {
            CancelScope scope = new CancelScope();
            List<String> trail = new ArrayList<>();
            scope.run(() -> workers.run(() -> {
                scope.cancel();
                try {
                    Blocking.inHost(() -> {
                        Checkpoints.checkpoint();
                        return 1;
                    });
                    trail.add("went on");
                } catch (Cancelled cancelled) {
                    trail.add("stopped");
                    throw cancelled;
                }
            }));
            assertEquals(List.of("stopped"), trail);
            assertTrue(scope.absorbedCancellation());
        }

        @StructuredTest
        void host_that_has_left_runs_nothing() throws Exception {
            AtomicReference<Throwable> refused = new AtomicReference<>();
            CountDownLatch left = new CountDownLatch(1);
            CountDownLatch done = new CountDownLatch(1);
            CancelScope scope = new CancelScope();
            scope.run(() -> workers.run(OnCancel.ABANDON, () -> {
                scope.cancel();
                left.await();
                try {
                    assertThrows(Cancelled.class, Blocking::throwIfCancelled);
                    Blocking.inHost(() -> "too late");
                } catch (Throwable thrown) {
                    refused.set(thrown);
                }
                done.countDown();
            }));
            left.countDown();
            workers.run(done::await);
            assertInstanceOf(HostGoneException.class, refused.get());
            assertTrue(
                    refused.get().getMessage().contains("on a thread of 'test' was cancelled and has left"),
                    refused.get().getMessage());
        }

        @StructuredTest
        void propagators_carry_over_to_workers() throws Exception {
            ScopedValue<String> user = ScopedValue.newInstance();
            // a scheduler of its own, beside the test's: on a thread of its own
            String[] seen = new String[1];
            workers.run(() -> {
                try (Scheduler scheduler = Scheduler.builder().rebind(user).build()) {
                    ScopedValue.where(user, "alice").run(() -> scheduler.run("main", () -> {
                        seen[0] = Blocking.<String, RuntimeException>call(user::get);
                    }));
                }
            });
            assertEquals("alice", seen[0]);
        }
    }

    @StructuredTest(realTime = true)
    void task_that_waits_for_a_worker_is_in_no_deadlock() throws Exception {
        workers.run(() -> {
            try (Scheduler watching = Scheduler.builder().detectDeadlocks(Duration.ofMillis(1)).build()) {
                assertEquals("not one", watching.call("main", () -> Blocking.call(() -> {
                    for (int i = 0; i < 30; i++) Thread.sleep(1); // several looks
                    return "not one";
                })));
            }
        });
    }
}
