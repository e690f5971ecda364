package dev.structured.core.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Platform;
import dev.structured.core.RunFinishedException;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.core.interop.Blocking;
import dev.structured.core.interop.HostGoneException;
import dev.structured.core.interop.OnCancel;
import dev.structured.core.interop.Portal;
import dev.structured.core.interop.ThreadLimit;
import dev.structured.core.interop.Workers;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Section 3.H.
class H_WorkerThreadsTest extends Scenarios {
    private final Workers workers = new Workers("test", 1);

    /// A limit of one thread that counts, and fails if it is told to.
    private static final class Counting implements ThreadLimit {
        int taken;
        boolean fails;

        @Override
        public void acquire(Object work) {
            taken++;
        }

        @Override
        public void release(Object work) {
            taken--;
            if (fails) throw error("V");
        }
    }

    /* --- 101 --- */

    @StructuredTest
    void s101_task_waits_for_the_result_and_is_cancelled_at_its_next_checkpoint() {
        CancelScope scope = new CancelScope();
        CountDownLatch cancelled = new CountDownLatch(1);
        Nursery.run(nursery -> {
            CountDownLatch works = new CountDownLatch(1);
            nursery.startSoon("canceller", () -> {
                works.await();
                scope.cancel();
                cancelled.countDown();
            });
            scope.run(() -> {
                trail.add(workers.call(() -> {
                    works.countDown();
                    cancelled.await();
                    return "result";
                }));
                assertThrows(Cancelled.class, Checkpoints::checkpoint);
                trail.add("cancelled");
            });
        });
        assertEquals(List.of("result", "cancelled"), trail);
    }

    @StructuredTest
    void s101_work_of_a_task_that_is_cancelled_before_never_starts() {
        CancelScope scope = new CancelScope();
        scope.run(() -> {
            scope.cancel();
            for (OnCancel policy : OnCancel.values()) {
                assertThrows(Cancelled.class, () -> workers.run(policy, () -> trail.add("worked")));
            }
        });
        assertEquals(List.of(), trail);
        assertEquals(new Workers.Statistics(0, 0, 0, 0, 0), workers.statistics());
    }

    /* --- 103 --- */

    @StructuredTest
    void s103_error_of_the_release_is_thrown_and_that_of_the_work_is_linked() {
        Counting limit = new Counting();
        Workers limited = new Workers("limited", limit);
        limit.fails = true;
        assertEquals("V",
                assertThrows(IllegalArgumentException.class, () -> limited.run(() -> {})).getMessage());
        Throwable both = assertThrows(IllegalArgumentException.class, () -> limited.run(() -> raise("K")));
        assertEquals("V", both.getMessage());
        assertEquals("K", both.getSuppressed()[0].getMessage());
        assertEquals(0, limit.taken);
    }

    @Test
    void s103_thread_that_cannot_be_started_leaves_its_error_and_the_token() {
        Counting limit = new Counting();
        Workers limited = new Workers("limited", limit);
        OutOfMemoryError none = new OutOfMemoryError("no more threads");
        try (Scheduler scheduler = Scheduler.builder().platform(new NoThreads(new VirtualClock(), none))
                .build()) {
            assertSame(none, assertThrows(OutOfMemoryError.class,
                    () -> scheduler.run("main", () -> limited.run(() -> trail.add("worked")))));
        }
        assertEquals(0, limit.taken);
        assertEquals(new Workers.Statistics(0, 0, 0, 0, 0), limited.statistics());
        assertEquals(List.of(), trail);
    }

    private static final class NoThreads extends OnAVirtualClock {
        private final Error error;

        NoThreads(VirtualClock clock, Error error) {
            super(clock);
            this.error = error;
        }

        @Override
        public void startForeign(String name, Runnable body) {
            throw error;
        }
    }

    /* --- 104 --- */

    @StructuredTest
    void s104_call_back_of_a_worker_is_the_host_inside_its_scopes() {
        Task<?> host = Task.current();
        CancelScope scope = new CancelScope();
        scope.run(() -> {
            Thread mine = Thread.currentThread();
            workers.run(() -> {
                assertNotSame(mine, Thread.currentThread());
                Blocking.inHost(() -> {
                    assertSame(host, Task.current());
                    assertSame(mine, Thread.currentThread());
                    scope.cancel();
                    return trail.add("in the host");
                });
                assertThrows(Cancelled.class, () -> Blocking.inHost(() -> {
                    Checkpoints.checkpoint();
                    return "never";
                }));
            });
        });
        assertEquals(List.of("in the host"), trail);
    }

    @StructuredTest
    void s104_thread_from_elsewhere_and_the_runs_own_task_cannot_call_back() {
        String task = assertThrows(IllegalStateException.class, () -> Blocking.inHost(() -> 1)).getMessage();
        assertTrue(task.startsWith("Blocking.inHost is for worker threads, and thread '"), task);
        assertTrue(task.contains("runs a task"), task);
        String foreign = onThreadFromElsewhere(() -> Blocking.inHost(() -> 1)).getMessage();
        assertTrue(foreign.endsWith("Use a Portal or a RunEntry to call into a run from another thread."),
                foreign);
    }

    private IllegalStateException onThreadFromElsewhere(Executable code) {
        AtomicReference<IllegalStateException> thrown = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        Platform.system().startForeign("from elsewhere", () -> {
            thrown.set(assertThrows(IllegalStateException.class, code));
            done.countDown();
        });
        try {
            done.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return thrown.get();
    }

    @StructuredTest
    void s104_worker_that_was_left_alone_cannot_call_back() throws InterruptedException {
        AtomicReference<Throwable> refused = new AtomicReference<>();
        CountDownLatch left = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        CancelScope scope = new CancelScope();
        scope.run(() -> workers.run(OnCancel.ABANDON, () -> {
            scope.cancel();
            left.await();
            refused.set(assertThrows(HostGoneException.class, () -> Blocking.inHost(() -> 1)));
            done.countDown();
        }));
        left.countDown();
        done.await();
        assertInstanceOf(IllegalStateException.class, refused.get());
    }

    @StructuredTest
    void s104_after_the_run_a_portal_says_so() {
        AtomicReference<Portal> kept = new AtomicReference<>();
        assertInstanceOf(RunFinishedException.class, onThreadFromElsewhere(() -> {
            try (Scheduler scheduler = Scheduler.open()) {
                scheduler.run("main", () -> Nursery.run(nursery -> {
                    kept.set(Portal.open(nursery));
                    nursery.scope().cancel();
                }));
            }
            kept.get().run(() -> trail.add("ran"));
        }));
        assertEquals(List.of(), trail);
    }

    /* --- 105 --- */

    @StructuredTest
    void s105_poll_is_quiet_until_the_host_is_cancelled() throws InterruptedException {
        for (OnCancel policy : OnCancel.values()) {
            CancelScope scope = new CancelScope();
            CountDownLatch thrown = new CountDownLatch(1);
            scope.run(() -> workers.run(policy, () -> {
                for (int i = 0; i < 10; i++) Blocking.throwIfCancelled();
                scope.cancel();
                try {
                    while (true)
                        Blocking.throwIfCancelled();
                } finally {
                    trail.add("stopped");
                    thrown.countDown();
                }
            }));
            assertTrue(scope.absorbedCancellation());
            thrown.await();
        }
        assertEquals(List.of("stopped", "stopped", "stopped"), trail);
    }

    @StructuredTest
    void s105_poll_elsewhere_is_a_mistake() {
        assertThrows(IllegalStateException.class, Blocking::throwIfCancelled);
        assertTrue(onThreadFromElsewhere(Blocking::throwIfCancelled).getMessage()
                .startsWith("Blocking.throwIfCancelled is for worker threads"));
        assertFalse(Thread.interrupted());
    }
}
