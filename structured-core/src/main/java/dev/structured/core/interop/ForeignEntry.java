package dev.structured.core.interop;

import dev.structured.core.RunEntry;
import dev.structured.core.Scheduler;
import org.jspecify.annotations.Nullable;

/// The entry that a task holds open while it waits for code outside the run, so that the wait is not taken
/// for a deadlock.
final class ForeignEntry {
    private ForeignEntry() {}

    /// Returns an open entry into the caller's run; null if the scheduler does not look for deadlocks, or if
    /// the run is ending, whose cleanup may still wait for foreign code.
    static @Nullable RunEntry open(Scheduler scheduler) {
        if (!scheduler.detectsDeadlocks()) return null;
        try {
            return RunEntry.open();
        } catch (IllegalStateException ending) {
            return null;
        }
    }
}
