package dev.structured.core.interop;

import dev.structured.core.Platform;
import dev.structured.core.ValueBody;
import org.jspecify.annotations.Nullable;

/// Code that a worker thread has the task run that it works for. The worker waits for it.
///
/// ```
///   POSTED ──▶ DONE       the task has run it; it has a value or an error
///          ──▶ refused    the task has left, which is an error like any other
/// ```
final class HostCode<T extends @Nullable Object> {
    private final ValueBody<T, ?> body;
    private final Platform platform;
    private final Thread worker = Thread.currentThread();

    /// Both written before `done`.
    private @Nullable T value;
    private @Nullable Throwable thrown;
    private volatile boolean done;

    HostCode(ValueBody<T, ?> body, Platform platform) {
        this.body = body;
        this.platform = platform;
    }

    /// Runs the code. Called by the task, which goes on whatever the code throws.
    @SuppressWarnings("SwallowedCancelled") // handed to the worker, whose code it stops
    void run() {
        try {
            value = body.call();
        } catch (Throwable t) { // also a Cancelled: it is the worker's code that it stops
            thrown = t;
        }
        finish();
    }

    /// Refuses to run the code. Called by the task.
    void refuse(HostGoneException why) {
        thrown = why;
        finish();
    }

    private void finish() {
        done = true;
        platform.unpark(worker);
    }

    /// Waits for the end, even if interrupted. Called by the worker.
    @SuppressWarnings("NullAway") // the body's own value: null only where T allows it
    T await() {
        boolean interrupted = false;
        while (!done) {
            platform.park(this);
            if (Thread.interrupted()) interrupted = true; // a thread with its flag set cannot park
        }
        if (interrupted) Thread.currentThread().interrupt();
        Throwable failure = thrown;
        if (failure != null) throw Rethrow.unchecked(failure);
        return value;
    }

    @Override
    public String toString() {
        return "code that a task is to run for its worker thread";
    }
}
