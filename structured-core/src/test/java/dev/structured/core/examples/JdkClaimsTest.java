package dev.structured.core.examples;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.Scheduler;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What `docs/cookbook/elsewhere.md` says of the JDK, shown.
@Timeout(120) // a cancellation that does not arrive is a hang
class JdkClaimsTest {
    private static final ScopedValue<String> USER = ScopedValue.newInstance();

    private final ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor();
    private final Work work = new Work();

    /// Runs until it is let go, or is interrupted where it lets itself be.
    private static final class Work {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch letGo = new CountDownLatch(1);
        final CountDownLatch ended = new CountDownLatch(1);
        final Semaphore interrupts = new Semaphore(0);

        /// Ends at the first interrupt.
        String interruptible() throws InterruptedException {
            begun.countDown();
            try {
                await(letGo);
                return "done";
            } finally {
                ended.countDown();
            }
        }

        /// Notes each interrupt and goes on, as code does that catches everything.
        String stubborn() {
            begun.countDown();
            try {
                while (true) {
                    try {
                        await(letGo);
                        return "done";
                    } catch (InterruptedException e) {
                        interrupts.release();
                    }
                }
            } finally {
                ended.countDown();
            }
        }

        boolean runs() {
            return begun.getCount() == 0 && ended.getCount() > 0;
        }
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertTrue(latch.await(60, SECONDS), "waited too long");
    }

    @AfterEach
    void end_what_was_left_behind() {
        work.letGo.countDown();
        pool.close();
    }

    /* --- Start something in the background; its error --- */

    @Test
    void error_of_a_submitted_task_is_told_to_nobody_who_does_not_ask() throws Exception {
        AtomicInteger uncaught = new AtomicInteger();
        var threads = Thread.ofVirtual()
                .uncaughtExceptionHandler((_, _) -> uncaught.incrementAndGet())
                .factory();
        try (ExecutorService watched = Executors.newThreadPerTaskExecutor(threads)) {
            Future<?> forgotten = watched.submit((Runnable) () -> {
                throw new IllegalStateException("lost");
            });
            assertThrows(ExecutionException.class, () -> forgotten.get(60, SECONDS));
        }
        assertEquals(0, uncaught.get());
    }

    @Test
    void error_of_a_background_future_stops_nothing_else() throws Exception {
        CompletableFuture<String> other = CompletableFuture.supplyAsync(work::stubborn, pool);
        CompletableFuture<String> failed = CompletableFuture.supplyAsync(() -> {
            throw new IllegalStateException();
        }, pool);
        assertThrows(CompletionException.class, failed::join);
        await(work.begun);
        assertTrue(work.runs());
        assertFalse(other.isDone());
    }

    /* --- Wait for several --- */

    @Test
    void all_of_waits_for_the_rest_when_one_has_failed() throws Exception {
        CompletableFuture<String> slow = CompletableFuture.supplyAsync(work::stubborn, pool);
        CompletableFuture<String> failed = CompletableFuture.failedFuture(new IllegalStateException());
        CompletableFuture<Void> all = CompletableFuture.allOf(failed, slow);
        await(work.begun);
        assertFalse(all.isDone());
        assertEquals(0, work.interrupts.availablePermits());
    }

    @Test
    void all_of_tells_one_failure_of_two() {
        var all = CompletableFuture.allOf(CompletableFuture.failedFuture(new IllegalStateException("first")),
                CompletableFuture.failedFuture(new IllegalStateException("second")));
        var failure = assertThrows(CompletionException.class, all::join);
        assertEquals(0, failure.getSuppressed().length);
        assertEquals(0, failure.getCause().getSuppressed().length);
    }

    @Test
    void invoke_all_lets_the_rest_run_to_its_end_when_one_has_failed() throws Exception {
        List<Callable<String>> tasks = List.of(() -> {
            throw new IllegalStateException();
        }, work::interruptible);
        Future<List<Future<String>>> all = pool.submit(() -> pool.invokeAll(tasks));
        await(work.begun);
        assertFalse(all.isDone());
        work.letGo.countDown();
        assertEquals("done", all.get(60, SECONDS).get(1).get());
    }

    /* --- First of several --- */

    @Test
    void invoke_any_returns_while_losers_still_run() throws Exception {
        String first = pool.invokeAny(List.of(() -> {
            await(work.begun);
            return "first";
        }, work::stubborn));
        assertEquals("first", first);
        assertTrue(work.interrupts.tryAcquire(60, SECONDS), "the loser was interrupted");
        assertTrue(work.runs(), "and nobody waited for it");
    }

    @Test
    void invoke_any_tells_one_error_when_all_fail() {
        List<Callable<String>> tasks = List.of(() -> {
            throw new IllegalStateException("first");
        }, () -> {
            throw new IllegalStateException("second");
        });
        var failure = assertThrows(ExecutionException.class, () -> pool.invokeAny(tasks));
        assertEquals(0, failure.getSuppressed().length);
        assertEquals(0, failure.getCause().getSuppressed().length);
    }

    @Test
    void any_of_ends_with_the_first_end_even_if_that_is_a_failure() throws Exception {
        CompletableFuture<String> good = CompletableFuture.supplyAsync(work::stubborn, pool);
        CompletableFuture<String> bad = CompletableFuture.failedFuture(new IllegalStateException());
        assertThrows(CompletionException.class, () -> CompletableFuture.anyOf(good, bad).join());
        await(work.begun);
        assertTrue(work.runs());
    }

    /* --- Time limit around blocking code --- */

    @Test
    void get_with_a_timeout_stops_only_the_waiting() throws Exception {
        Future<String> future = pool.submit(work::interruptible);
        await(work.begun);
        assertThrows(TimeoutException.class, () -> future.get(1, MILLISECONDS));
        assertTrue(work.runs());
    }

    @Test
    void or_timeout_stops_only_the_future() throws Exception {
        CompletableFuture<String> future = CompletableFuture.supplyAsync(work::stubborn, pool);
        await(work.begun);
        assertThrows(CompletionException.class, () -> future.orTimeout(1, MILLISECONDS).join());
        assertTrue(work.runs());
        assertEquals(0, work.interrupts.availablePermits());
    }

    /* --- Cancel --- */

    @Test
    void cancelling_a_completable_future_does_not_reach_the_code_behind_it() throws Exception {
        CompletableFuture<String> future = CompletableFuture.supplyAsync(work::stubborn, pool);
        await(work.begun);
        assertTrue(future.cancel(true));
        assertTrue(future.isCancelled());
        assertTrue(work.runs());
        assertEquals(0, work.interrupts.availablePermits());
    }

    @Test
    void cancelling_a_dependent_future_does_not_cancel_what_it_depends_on() {
        CompletableFuture<String> source = new CompletableFuture<>();
        CompletableFuture<String> dependent = source.thenApply(String::strip);
        dependent.cancel(true);
        assertFalse(source.isDone());
    }

    @Test
    void clean_up_of_a_cancelled_future_runs_beside_its_code() throws Exception {
        CompletableFuture<Boolean> ranBeside = new CompletableFuture<>();
        CompletableFuture<String> future = CompletableFuture.supplyAsync(work::stubborn, pool);
        var _ = future.whenComplete((_, _) -> ranBeside.complete(work.runs()));
        await(work.begun);
        future.cancel(true);
        assertTrue(ranBeside.get(60, SECONDS));
    }

    @Test
    void cancelled_future_is_done_before_its_code_has_ended() throws Exception {
        Future<String> future = pool.submit(work::stubborn);
        await(work.begun);
        future.cancel(true);
        assertTrue(future.isDone());
        assertThrows(CancellationException.class, future::get);
        assertTrue(work.runs());
    }

    @Test
    void code_that_swallows_the_interrupt_of_shutdown_now_goes_on() throws Exception {
        var _ = pool.submit(work::stubborn);
        await(work.begun);
        pool.shutdownNow();
        assertTrue(work.interrupts.tryAcquire(60, SECONDS));
        assertTrue(work.runs());
    }

    /* --- Context --- */

    @Test
    void scoped_values_do_not_reach_the_threads_of_executors_and_futures() throws Exception {
        Callable<String> read = () -> USER.orElse("nobody");
        assertEquals("nobody", ScopedValue.where(USER, "ann").call(() -> pool.submit(read).get()));
        assertEquals("nobody", ScopedValue.where(USER, "ann")
                .call(() -> CompletableFuture.supplyAsync(() -> USER.orElse("nobody"), pool).get()));
    }

    @Test
    void thread_locals_do_not_reach_the_threads_of_executors() throws Exception {
        ThreadLocal<String> user = new ThreadLocal<>();
        user.set("ann");
        assertNull(pool.submit(user::get).get());
        user.remove();
    }

    @Test
    void block_of_a_nursery_sees_the_scoped_values_of_its_caller() {
        try (Scheduler scheduler = Scheduler.open()) {
            String user = ScopedValue.where(USER, "ann")
                    .call(() -> scheduler.call("main", () -> Nursery.call(_ -> USER.orElse("nobody"))));
            assertEquals("ann", user);
        }
    }

    /* --- And here --- */

    @Test
    void nursery_reminds_code_that_swallows_an_interrupt_and_waits_for_its_end() {
        try (Scheduler scheduler = Scheduler.open()) {
            assertThrows(NurseryFailedException.class,
                    () -> scheduler.run("main", () -> Nursery.run(nursery -> {
                        nursery.startSoon("stubborn", work::stubborn);
                        nursery.startSoon("helper",
                                () -> new CancelScope("unimpressed").withShield().run(() -> {
                                    work.interrupts.acquire(2); // interrupted again, unasked
                                    work.letGo.countDown();
                                }));
                        await(work.begun);
                        throw new IllegalStateException("the block fails");
                    })));
        }
        assertFalse(work.runs());
    }
}
