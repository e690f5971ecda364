package dev.structured.service.guard;

import dev.structured.core.Nursery;
import dev.structured.core.RunEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where calls live that several requests wait for: none of the requests' own, since each may go before the
/// call ends.
///
/// ```java
/// Nursery.run("shared calls", nursery -> {
///     try (SharedCalls calls = SharedCalls.open(nursery)) {
///         serve(calls);
///     }
/// });
/// ```
///
/// A request is a run of its own, and a task is started by tasks of its run only; so the calls are tasks of
/// the run that has opened this, and come in by a [RunEntry]. While it is open that run may be woken from
/// outside. Where a call cannot be shared any more, because this is closed or its nursery cancelled, each
/// request calls by itself.
///
/// The run must have the clock of the requests, whose deadlines it is told. A call has none of the
/// task-locals of those that wait for it. **Thread-safe.**
public final class SharedCalls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SharedCalls.class);

    private final Nursery nursery;
    private final RunEntry entry;

    private SharedCalls(Nursery nursery, RunEntry entry) {
        this.nursery = nursery;
        this.entry = entry;
    }

    /// Returns a place for shared calls. **Not a checkpoint.**
    ///
    /// @param nursery waits for the calls; lives longer than the requests
    /// @throws IllegalStateException if the caller is not a task, or its run is ending
    public static SharedCalls open(Nursery nursery) {
        return new SharedCalls(nursery, RunEntry.open());
    }

    /// Has the call made, soon, in a task of its own; or lets it know that it will not be.
    void start(SharedCall call) {
        try {
            entry.post(() -> launch(call));
        } catch (IllegalStateException closed) { // or the run has ended
            call.refuse();
        }
    }

    /// Runs code soon, in a task of its own that no request owns. Drops it if this is closed, or its run is
    /// ending. The code must not fail.
    public void execute(Runnable code) {
        try {
            entry.post(() -> {
                try {
                    nursery.startSoon("background", code::run);
                } catch (IllegalStateException closed) {
                    LOG.debug("The nursery takes no more code for the background", closed);
                }
            });
        } catch (IllegalStateException closed) {
            LOG.debug("Code for the background came too late", closed);
        }
    }

    private void launch(SharedCall call) {
        boolean started = false;
        try {
            nursery.startSoon(call.toString(), call::perform);
            started = true;
        } catch (IllegalStateException closed) {
            // told below
        } finally {
            if (!started) call.refuse();
        }
    }

    /// Takes no more calls. Those under way go on; the nursery waits for them.
    @Override
    public void close() {
        entry.close();
    }
}
