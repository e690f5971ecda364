package dev.structured.core;

import static dev.structured.core.InterruptTest.sleepLong;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.interop.Blocking;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// An interrupt that is not ours ends the run, and is there again when the thread goes back to its owner.
class InterruptFromOutsideTest extends RealTest {
    private final List<String> trail = new CopyOnWriteArrayList<>();
    private final AtomicReference<Thread> target = new AtomicReference<>();

    /// Runs the body in a run on a platform thread, interrupts the thread that the body names, and
    /// returns what the run threw. The adopted thread must have its flag then.
    private void assertEndsTheRun(Body<Exception> body) {
        assertEndsTheRun(body, () -> {});
    }

    /// @param then what is done when the thread has been interrupted
    private void assertEndsTheRun(Body<Exception> body, Runnable then) {
        var flag = new AtomicBoolean();
        var thrown = new AtomicReference<Throwable>();
        Other run = otherThread(() -> {
            try {
                scheduler.run("main", body);
            } catch (Throwable t) {
                thrown.set(t);
            }
            flag.set(Thread.interrupted());
        });
        Thread toInterrupt = target(run);
        if (toInterrupt != null) toInterrupt.interrupt();
        then.run();
        join(run);
        assertInterruptedFromOutside(thrown.get());
        assertTrue(flag.get(), "the flag was not restored");
    }

    private Thread target(Other run) {
        spinUntil(() -> target.get() != null || !run.thread().isAlive());
        Thread thread = target.get();
        if (thread != null) {
            spinUntil(() -> thread.getState() == Thread.State.WAITING
                    || thread.getState() == Thread.State.TIMED_WAITING
                    || !thread.isAlive());
        }
        return thread;
    }

    private void here() {
        target.set(Thread.currentThread());
    }

    @Test
    void adopted_thread_while_parked() {
        assertEndsTheRun(() -> {
            here();
            Checkpoints.sleepForever();
        });
    }

    @Test
    void adopted_thread_in_foreign_code() {
        assertEndsTheRun(() -> {
            here();
            sleepLong();
        });
    }

    @Test
    void adopted_thread_while_it_waits_for_children() {
        assertEndsTheRun(() -> {
            here();
            Nursery.run(nursery -> nursery.startSoon("child", Checkpoints::sleepForever));
        });
    }

    @Test
    void child_while_parked() {
        assertEndsTheRun(() -> Nursery.run(nursery -> {
            nursery.startSoon("child", () -> {
                here();
                Checkpoints.sleepForever();
            });
            nursery.startSoon("sibling", InterruptTest::sleepLong);
        }));
    }

    @Test
    void child_in_foreign_code() {
        assertEndsTheRun(() -> Nursery.run(nursery -> {
            nursery.startSoon("child", () -> {
                here();
                sleepLong();
            });
            nursery.startSoon("sibling", Checkpoints::sleepForever);
        }));
    }

    @Test
    void child_in_foreign_code_in_a_shield() {
        assertEndsTheRun(() -> Nursery.run(nursery -> nursery.startSoon("child", () -> {
            here();
            new CancelScope().withShield().run(InterruptTest::sleepLong);
            trail.add("not reached");
        })));
        assertEquals(List.of(), trail);
    }

    @Test
    void child_of_a_shielded_nursery_in_foreign_code() {
        assertEndsTheRun(() -> {
            Nursery.run(nursery -> {
                nursery.scope().setShielded(true);
                nursery.startSoon("child", () -> {
                    here();
                    sleepLong();
                });
            });
            Checkpoints.checkpoint();
        });
    }

    @Test
    void shielded_wait_goes_on_and_the_run_ends_after_it() {
        ParkingLot lot = new ParkingLot();
        assertEndsTheRun(() -> {
            here();
            new CancelScope().withShield().run(lot::park);
            trail.add("waited");
            Checkpoints.checkpoint();
            trail.add("not reached");
        }, () -> {
            assertEquals(List.of(), trail);
            assertEquals(1, lot.unpark(1));
        });
        assertEquals(List.of("waited"), trail);
    }

    @Test
    void flag_that_was_set_before_the_run() {
        assertEndsTheRun(() -> {
            Thread.currentThread().interrupt();
            Checkpoints.checkpoint();
        });
        Thread.currentThread().interrupt();
        assertInterruptedFromOutside(
                assertThrows(ScopeCancelledException.class, () -> scheduler.run("main", () -> {
                    sleepLong();
                })));
        assertTrue(Thread.interrupted());
    }

    @Test
    void run_that_ends_without_noticing_keeps_its_value_and_the_flag() {
        assertEquals(1, scheduler.call("main", () -> {
            Thread.currentThread().interrupt();
            return 1;
        }));
        assertTrue(Thread.interrupted());
        assertInterruptedFromOutside(assertThrows(ScopeCancelledException.class,
                () -> scheduler.run("main", () -> Nursery.run(nursery -> {
                    nursery.startSoon("child", () -> Thread.currentThread().interrupt());
                    Checkpoints.sleepForever();
                }))));
        assertTrue(Thread.interrupted());
    }

    @Test
    void interrupt_is_not_lost_behind_one_of_ours_that_comes_later() {
        assertEndsTheRun(() -> {
            CancelScope scope = new CancelScope();
            scope.run(() -> {
                Thread.currentThread().interrupt();
                scope.cancel();
                sleepLong();
            });
            Checkpoints.checkpoint();
        });
    }

    @Test
    void closing_a_scheduler_is_interruptible() {
        Scheduler closing = Scheduler.open();
        var release = new CountDownLatch(1);
        Other run = otherThread(() -> closing.run("main",
                () -> new CancelScope().withShield().run(() -> release.await())));
        spinUntil(() -> closing.statistics().runs() == 1);
        Thread.currentThread().interrupt();
        assertInterruptedFromOutside(assertThrows(ScopeCancelledException.class, closing::close));
        assertTrue(Thread.interrupted());
        release.countDown();
        spinUntil(() -> closing.statistics().runs() == 0);
        join(run);
        closing.close();
    }

    /// A worker and a future hand over what was thrown on their threads, which are none of the run's.
    @Test
    void interrupt_of_a_thread_that_is_none_of_the_runs_is_a_failure() throws Exception {
        try (var pool = Executors.newSingleThreadExecutor()) {
            ValueBody<String, Exception> interrupted = () -> {
                Thread.currentThread().interrupt();
                sleepLong();
                return "not reached";
            };
            Body<Exception> ofFuture = () -> {
                try {
                    pool.submit(interrupted::call).get();
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof Exception cause) throw cause;
                }
            };
            for (Body<Exception> body : List.<Body<Exception>>of(ofFuture,
                    () -> Blocking.call(interrupted))) {
                assertThrows(InterruptedException.class, () -> scheduler.run("main", body));
                var failure = assertThrows(NurseryFailedException.class, () -> scheduler.run("main",
                        () -> Nursery.run(nursery -> nursery.startSoon("child", body))));
                assertInstanceOf(InterruptedException.class, failure.failures().getFirst());
                assertFalse(Thread.interrupted());
            }
        }
    }
}
