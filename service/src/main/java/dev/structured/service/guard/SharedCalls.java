package dev.structured.service.guard;

import dev.structured.core.Body;
import dev.structured.core.Nursery;
import dev.structured.core.RunEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the calls that several requests share. Such a call belongs to none of the requests, since each may
/// end before the call does.
///
/// ```java
/// Nursery.run("shared calls", nursery -> {
///     try (SharedCalls calls = SharedCalls.open(nursery)) {
///         serve(calls);
///     }
/// });
/// ```
///
/// Each request is a run of its own, and a run's tasks can only be started from within. So the calls are
/// tasks of the run that opened this, which receives them through a [RunEntry]. When a call can no longer be
/// shared, because this is closed or its nursery is cancelled, each request makes the call itself.
///
/// The run must have the same clock as the requests, because their deadlines apply to the calls. A call sees
/// none of the task-locals of its waiters. **Thread-safe.**
public final class SharedCalls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SharedCalls.class);

    private final Nursery nursery;
    private final RunEntry entry;

    private SharedCalls(Nursery nursery, RunEntry entry) {
        this.nursery = nursery;
        this.entry = entry;
    }

    /// Returns a place for shared calls in the current run. **Not a checkpoint.**
    ///
    /// @param nursery runs the calls; must outlive the requests
    /// @throws IllegalStateException if the caller is not a task, or its run is ending
    public static SharedCalls open(Nursery nursery) {
        return new SharedCalls(nursery, RunEntry.open());
    }

    /// Starts the call soon, in a task of its own, or tells the call that it will not be made.
    void start(SharedCall call) {
        start(call.toString(), call::perform, call::refuse);
    }

    /// Runs code soon, in a task of its own that no request owns. The code must only fail by being cancelled.
    ///
    /// @param name the task's name
    /// @param refused run in place of the code if this is closed, or its nursery ends
    void start(String name, Body<?> code, Runnable refused) {
        try {
            entry.post(() -> launch(name, code, refused));
        } catch (IllegalStateException closed) { // or the run has ended
            refused.run();
        }
    }

    /// Runs code soon, in a task of its own that no request owns. Drops it if this is closed, or its run is
    /// ending. The code must not fail.
    public void execute(Runnable code) {
        start("background", code::run, () -> LOG.debug("Code for the background came too late"));
    }

    private void launch(String name, Body<?> code, Runnable refused) {
        boolean started = false;
        try {
            nursery.startSoon(name, code);
            started = true;
        } catch (IllegalStateException closed) {
            // refused below
        } finally {
            if (!started) refused.run();
        }
    }

    /// Takes no more calls. Those in flight go on; the nursery waits for them.
    @Override
    public void close() {
        entry.close();
    }
}
