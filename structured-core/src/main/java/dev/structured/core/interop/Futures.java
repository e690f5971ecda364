package dev.structured.core.interop;

import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Completion;
import dev.structured.core.RunEntry;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.Task;
import dev.structured.core.Wait;
import dev.structured.core.sync.Event;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Waits for the futures of other libraries, and makes futures for tasks.
///
/// ```java
/// HttpResponse<String> response = Timeouts.failAfter(limit,
///         () -> Futures.await(client.sendAsync(request, ofString())));
/// ```
///
/// Do not call `CompletableFuture.join()` in a task: an interrupt does not end it, so a cancellation or a
/// deadline has to wait for the future. An interrupt ends `Future.get()`, but the future goes on.
public final class Futures {
    /// More than futures that depend on each other add; causes may be made anew without end.
    private static final int MOST_WRAPPINGS = 16;

    private Futures() {}

    /// How a future ended: with a value, or with a throwable.
    private record Outcome<T extends @Nullable Object>(@Nullable T value, @Nullable Throwable thrown) {}

    /// Waits for the future and returns its value. **Checkpoint.** If the task is cancelled, the future is
    /// cancelled by [Future#cancel], and this throws [Cancelled] at once; the code that computes the future
    /// may go on, and only its library can stop that.
    ///
    /// Pass the future that the library has returned: cancelling a future that `thenApply` has made from it
    /// does not cancel the library's.
    ///
    /// A [virtual clock][dev.structured.core.Platform] does not wait for the future: it knows only the
    /// threads of tasks and of [Blocking].
    ///
    /// @throws FutureFailedException if the future failed or was cancelled by others. An [Error] is thrown as
    ///     it is
    /// @throws IllegalStateException if the calling thread runs no task
    public static <T extends @Nullable Object> T await(CompletionStage<T> future) {
        Wait.requireStack(); // for the end of the entry, too
        Outcome<T> outcome;
        try (RunEntry _ = ForeignEntry.open(Scheduler.current())) {
            Checkpoints.quickCheckpoint();
            Wait<Outcome<T>> wait = Wait.cancellable(future);
            future.whenComplete((value, thrown) -> wait.complete(new Outcome<>(value, thrown)));
            outcome = wait.await();
        } catch (Cancelled cancelled) {
            cancel(future, cancelled);
            throw cancelled;
        }
        return valueOf(outcome);
    }

    /// @param why gets what the future throws as a suppressed exception
    @SuppressWarnings("SwallowedCancelled") // kept in the one that is thrown
    private static void cancel(CompletionStage<?> stage, Cancelled why) {
        try {
            Future<?> future = stage instanceof Future<?> same ? same : stage.toCompletableFuture();
            future.cancel(true);
        } catch (UnsupportedOperationException noFuture) {
            // A stage that cannot be cancelled is left alone.
        } catch (Throwable thrown) {
            if (thrown != why) why.addSuppressed(thrown);
        }
    }

    @SuppressWarnings("NullAway") // the future's own value: null only where T allows it
    private static <T extends @Nullable Object> T valueOf(Outcome<T> outcome) {
        Throwable thrown = outcome.thrown();
        if (thrown == null) return outcome.value();
        Throwable failure = unwrapped(thrown);
        if (failure instanceof Error error && !(failure instanceof Cancelled)) throw error;
        throw new FutureFailedException(failure);
    }

    /// Returns the failure in its wrappings, of which there may be several: a future that depends on another
    /// one may wrap what that one has wrapped before.
    private static Throwable unwrapped(Throwable thrown) {
        Throwable failure = thrown;
        for (int i = 0; i < MOST_WRAPPINGS && isWrapping(failure); i++) {
            Throwable cause = cause(failure);
            if (cause == null) return failure;
            failure = cause;
        }
        return failure;
    }

    private static boolean isWrapping(Throwable thrown) {
        return thrown instanceof CompletionException || thrown instanceof ExecutionException;
    }

    /// Returns the cause; null if there is none, or the throwable cannot tell.
    @SuppressWarnings("SwallowedCancelled") // not the task's own: the failure of the future comes out
    private static @Nullable Throwable cause(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (Throwable e) {
            return null;
        }
    }

    /// Returns a completion that happens when the future ends in any way, for
    /// [Select][dev.structured.core.channel.Select#on]. **Not a checkpoint.**
    ///
    /// Make one for each future, and not one for each wait: each leaves a hook with the future until that
    /// ends.
    public static Completion completion(CompletionStage<?> future) {
        Event ended = new Event("a future has ended");
        future.whenComplete((_, _) -> ended.set());
        return ended;
    }

    /// Returns a future that gets the value or the failure of the task when the task ends. **Not a
    /// checkpoint.**
    ///
    /// If the task was cancelled, the future fails with a [ScopeCancelledException]. Cancelling the future
    /// does not cancel the task. Dependents of the future may run on the thread of the task, and must not
    /// block it.
    public static <T extends @Nullable Object> CompletableFuture<T> of(Task<T> task) {
        CompletableFuture<T> future = new CompletableFuture<>();
        task.addHook(() -> complete(future, task));
        return future;
    }

    private static <T extends @Nullable Object> void complete(CompletableFuture<T> future, Task<T> task) {
        try {
            future.complete(task.resultNow());
        } catch (CompletionException failed) {
            Throwable cause = failed.getCause();
            future.completeExceptionally(cause == null ? failed : cause);
        } catch (ScopeCancelledException cancelled) {
            future.completeExceptionally(cancelled);
        }
    }
}
