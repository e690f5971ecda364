package dev.structured.core.interop;

import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Instrument;
import dev.structured.core.Nursery;
import dev.structured.core.Platform;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.ScopeResult;
import dev.structured.core.Task;
import dev.structured.core.ValueBody;
import dev.structured.core.WaitQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// One call through a portal: code for a task, and the outside thread that waits for it.
///
/// The task writes the outcome, or the portal's keeper if there is no task. When the task has ended, the
/// outcome is delivered once, to the waiting thread and to the future, if there is one.
final class PortalCall<T extends @Nullable Object> extends WaitQueue.Entry {
    private static final String WHY = "The task of this call was cancelled: ";

    private final Portal portal;
    private final Platform platform;
    private final ValueBody<T, ?> body;
    private final CancelScope scope = new CancelScope("portal call");
    private final Thread caller = Thread.currentThread();

    /// Written before `ended`.
    private @Nullable T value;
    private @Nullable Throwable thrown;
    /// True if that is the exception of [#stopped].
    private boolean stopped;
    /// True once the task has run the body. Written by the task, before its end.
    private boolean ran;
    private volatile boolean ended;
    /// The thread of the caller, which waits or is about to check whether it has to; written before it
    /// checks.
    private volatile boolean awaited;
    private final CompletableFuture<T> future = new CompletableFuture<>();

    PortalCall(Portal portal, ValueBody<T, ?> body) {
        this.portal = portal;
        this.platform = portal.platform();
        this.body = body;
    }

    /* --- The keeper --- */

    void start(Nursery nursery) {
        portal.running().incrementAndGet();
        boolean started = false;
        try {
            Task<?> task = nursery.startSoon("for " + caller.getName(), this::runInTask);
            started = true;
            awaitEndOf(task);
        } catch (RuntimeException | Error failure) { // no more threads, say: that is the caller's
            if (started) throw failure;
            thrown = failure;
            portal.running().decrementAndGet();
            tell();
        }
    }

    /// Tries again until there is space for the hook: nobody else would tell the caller of the end.
    private void awaitEndOf(Task<?> task) {
        while (true) {
            try {
                task.addHook(() -> taskEnded(task));
                return;
            } catch (OutOfMemoryError e) {
                platform.yieldNow();
            }
        }
    }

    /// The calling thread goes on even if there is no space to tell why.
    void isNotStarted(Nursery nursery) {
        try {
            stopped("Nursery '" + nursery.name() + "' was cancelled");
        } catch (VirtualMachineError e) {
            thrown = e;
        }
        tell();
    }

    /* --- The task --- */

    private void runInTask() {
        ran = true;
        try {
            switch (scope.call(body)) {
                case ScopeResult.Completed<T>(T result) -> value = result;
                case ScopeResult.Cancelled<T>(var reason) -> stopped(WHY + reason);
            }
        } catch (Cancelled cancelled) {
            stopped(WHY + cancelled.reason());
            throw cancelled;
        } catch (Throwable failure) { // the caller's, and not the nursery's
            thrown = failure;
        }
    }

    /// The call was cancelled, or its nursery.
    private void stopped(String why) {
        thrown = new CancellationException(why);
        stopped = true;
    }

    private void taskEnded(Task<?> task) {
        portal.running().decrementAndGet();
        try {
            if (!ran) keepFailureOf(task);
        } catch (VirtualMachineError e) {
            thrown = e;
        }
        tell();
    }

    /// Keeps what has kept the task from running the body: the exception of a propagator, say. The nursery
    /// has it too.
    private void keepFailureOf(Task<?> task) {
        try {
            task.resultNow();
            thrown = new IllegalStateException("The task of this call has ended without running its code");
        } catch (CompletionException failed) {
            Throwable cause = failed.getCause();
            thrown = cause == null ? failed : cause;
        } catch (ScopeCancelledException cancelled) {
            stopped(WHY + cancelled.reason());
        }
    }

    private void tell() {
        ended = true;
        if (awaited) platform.unpark(caller);
        Throwable failure = thrown;
        if (failure == null) future.complete(value);
        else if (!future.completeExceptionally(failure) && !stopped) {
            Instrument.reportDropped(failure); // the future was cancelled before
        }
    }

    /* --- The caller --- */

    /// Waits for the end. An interrupt cancels the task; this waits for the task's end even then.
    @SuppressWarnings("NullAway") // the body's own value: null only where T allows it
    T await() throws InterruptedException {
        boolean interrupted = false;
        awaited = true;
        while (!ended) {
            platform.park(portal);
            if (Thread.interrupted() && !interrupted) { // a thread with its flag set cannot park
                interrupted = true;
                cancel("the calling thread was interrupted");
            }
        }
        Throwable failure = thrown;
        if (interrupted && stopped) {
            throw (InterruptedException) new InterruptedException("interrupted in Portal.call")
                    .initCause(failure);
        }
        if (interrupted) Thread.currentThread().interrupt();
        if (failure != null) throw Rethrow.unchecked(failure);
        return value;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nothing is thrown in it
    CompletableFuture<T> asFuture() {
        future.whenComplete((_, _) -> cancel("the future of the call is complete"));
        return future;
    }

    private void cancel(String why) {
        if (!ended) scope.cancel(why);
    }
}
