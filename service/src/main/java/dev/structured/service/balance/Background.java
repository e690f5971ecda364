package dev.structured.service.balance;

import dev.structured.core.CancelScope;
import dev.structured.core.Nursery;
import dev.structured.core.RunEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the watches of endpoints, in a nursery that lives as long as the service, since the configurations
/// that they belong to come and go on any thread.
///
/// A watch ends when it is stopped, or with the nursery. **Thread-safe.**
public final class Background implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Background.class);

    private final Nursery nursery;
    private final RunEntry entry;

    private Background(Nursery nursery, RunEntry entry) {
        this.nursery = nursery;
        this.entry = entry;
    }

    /// Returns an object that runs watches in the nursery. **Not a checkpoint.**
    ///
    /// @throws IllegalStateException if the caller is not a task, or its run is ending
    public static Background open(Nursery nursery) {
        return new Background(nursery, RunEntry.open());
    }

    /// A watch that was started.
    @FunctionalInterface
    interface Running {
        /// Cancels it. Does not wait for its end.
        void stop();
    }

    /// Starts a watch, soon, in a task of its own. Does nothing if this is closed, because the service is
    /// ending.
    Running start(String name, Runnable watch) {
        CancelScope scope = new CancelScope(name);
        try {
            entry.post(() -> nursery.startSoon(name, () -> scope.run(() -> run(name, watch))));
        } catch (IllegalStateException ending) {
            // The service is ending.
        }
        return () -> scope.cancel("its configuration is not used any more");
    }

    /// Runs a watch. If it fails, the service goes on without it.
    private static void run(String name, Runnable watch) {
        try {
            watch.run();
        } catch (RuntimeException e) {
            LOG.error("The watch '{}' has ended", name, e);
        }
    }

    /// Starts no more watches. Running ones go on until they are stopped, or the nursery is cancelled.
    @Override
    public void close() {
        entry.close();
    }
}
