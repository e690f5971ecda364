package dev.structured.core.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.Task;
import dev.structured.core.Timeouts;
import dev.structured.core.TooSlowException;
import dev.structured.core.channel.Select;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class FuturesTest {
    private static final Duration LIMIT = Duration.ofMillis(100);

    @StructuredTest
    void value_of_a_future_is_returned_early_and_late() {
        assertEquals("there", Futures.await(CompletableFuture.completedFuture("there")));
        CompletableFuture<String> later = new CompletableFuture<>();
        Nursery.run(nursery -> {
            nursery.startSoon("completer", () -> {
                Checkpoints.sleep(LIMIT);
                later.complete("late");
            });
            assertEquals("late", Futures.await(later));
        });
        assertNull(Futures.await(CompletableFuture.runAsync(() -> {}, Runnable::run)));
    }

    @StructuredTest
    void limit_cancels_the_future_and_is_too_slow() {
        CompletableFuture<String> never = new CompletableFuture<>();
        assertThrows(TooSlowException.class, () -> Timeouts.failAfter(LIMIT, () -> Futures.await(never)));
        assertTrue(never.isCancelled());
    }

    @StructuredTest
    void future_of_a_cancelled_task_is_cancelled_without_a_wait() {
        CompletableFuture<String> never = new CompletableFuture<>();
        CancelScope scope = new CancelScope();
        scope.cancel();
        scope.run(() -> Futures.await(never));
        assertTrue(never.isCancelled());
        assertTrue(scope.absorbedCancellation());
    }

    @StructuredTest
    void failure_has_a_type() {
        IOException failure = new IOException("refused");
        CompletableFuture<String> failed = CompletableFuture.failedFuture(failure);
        FutureFailedException thrown = assertThrows(FutureFailedException.class, () -> Futures.await(failed));
        assertSame(failure, thrown.getCause());
        assertSame(failure, assertThrows(IOException.class, () -> {
            throw thrown.rethrow(IOException.class);
        }));
        assertSame(thrown, assertThrows(FutureFailedException.class, () -> {
            throw thrown.rethrow(ExecutionException.class);
        }));
        // of a future that was made of it, where the JDK wraps the failure
        FutureFailedException dependent = assertThrows(FutureFailedException.class,
                () -> Futures.await(failed.thenApply(String::length)));
        assertSame(failure, dependent.getCause());
    }

    @StructuredTest
    void failure_is_found_in_all_its_wrappings() {
        IOException failure = new IOException("refused");
        // A future that depends on another gets the failure wrapped, and may wrap it again.
        CompletableFuture<String> wrapped = CompletableFuture.failedFuture(failure).thenApply(_ -> "")
                .handle((_, thrown) -> {
                    throw new CompletionException(thrown);
                });
        assertSame(failure,
                assertThrows(FutureFailedException.class, () -> Futures.await(wrapped)).getCause());
        AssertionError error = new AssertionError("planted");
        assertSame(error, assertThrows(AssertionError.class, () -> Futures.await(CompletableFuture
                .failedFuture(new CompletionException(new ExecutionException(error))))));
    }

    @StructuredTest
    void failure_that_cannot_tell_its_cause_is_the_failure() {
        RuntimeException mute = new CompletionException("mute", null) {
            @Override
            public synchronized Throwable getCause() {
                throw new IllegalStateException("planted");
            }
        };
        RuntimeException endless = new CompletionException("endless", null) {
            @Override
            public synchronized Throwable getCause() {
                return this;
            }
        };
        for (RuntimeException each : List.of(mute, endless)) {
            assertSame(each, assertThrows(FutureFailedException.class,
                    () -> Futures.await(CompletableFuture.failedFuture(each))).getCause());
        }
    }

    @StructuredTest
    void error_is_thrown_as_it_is_and_a_foreign_cancellation_is_a_failure() {
        AssertionError error = new AssertionError("planted");
        assertSame(error, assertThrows(AssertionError.class,
                () -> Futures.await(CompletableFuture.failedFuture(error))));
        CompletableFuture<String> cancelled = new CompletableFuture<>();
        cancelled.cancel(true);
        FutureFailedException thrown = assertThrows(FutureFailedException.class,
                () -> Futures.await(cancelled));
        assertInstanceOf(CancellationException.class, thrown.getCause());
    }

    @StructuredTest
    void select_waits_for_a_future_and_for_others() {
        CompletableFuture<String> future = new CompletableFuture<>();
        Nursery.run(nursery -> {
            nursery.startSoon("completer", () -> {
                Checkpoints.sleep(LIMIT);
                future.complete("value");
            });
            Select<String> select = new Select<>(Select.Order.BIASED);
            assertEquals("value", select.on(Futures.completion(future), future::resultNow)
                    .after(LIMIT.multipliedBy(2), () -> "too late")
                    .await());
        });
    }

    @StructuredTest
    void future_of_a_task_gets_its_value_or_its_cancellation() {
        List<CompletableFuture<String>> cancelled = new ArrayList<>(1);
        Nursery.run(nursery -> {
            Task<String> task = nursery.startSoon("task", () -> {
                Checkpoints.sleep(LIMIT);
                return "value";
            });
            CompletableFuture<Integer> length = Futures.of(task).thenApply(String::length);
            assertEquals(5, Futures.await(length));
            assertEquals("value", task.resultNow());
            Task<String> stopped = nursery.startSoon("stopped", () -> {
                Checkpoints.sleepForever();
                return "never";
            });
            assertThrows(IllegalStateException.class, stopped::resultNow);
            cancelled.add(Futures.of(stopped));
            nursery.scope().cancel();
        });
        assertInstanceOf(ScopeCancelledException.class,
                cancelled.getFirst().handle((_, thrown) -> thrown).join());
    }

    @Test
    void wait_for_a_foreign_thread_is_no_deadlock() throws Exception {
        CompletableFuture<String> future = new CompletableFuture<>();
        try (Scheduler scheduler = Scheduler.builder().platform(new VirtualClock())
                .detectDeadlocks(Duration.ofSeconds(1)).build()) {
            FutureTask<String> run = new FutureTask<>(
                    () -> scheduler.call("main", () -> Futures.await(future)));
            Thread thread = Thread.ofPlatform().daemon().start(run);
            // The clock looks for a deadlock before the last thread that runs is parked.
            while (thread.isAlive() && thread.getState() != Thread.State.WAITING)
                Thread.onSpinWait();
            future.complete("value");
            assertEquals("value", run.get());
        }
    }
}
