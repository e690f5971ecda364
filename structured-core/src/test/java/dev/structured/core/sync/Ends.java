package dev.structured.core.sync;

import dev.structured.core.BrokenException;
import dev.structured.core.CancelScope;
import dev.structured.core.Nursery;
import dev.structured.core.ScopeResult;

/// How what some tasks tried has ended.
final class Ends {
    int done;
    int cancelled;
    int broken;

    int all() {
        return done + cancelled + broken;
    }

    /// Starts a task that does this in the scope, and counts how that ends.
    void start(Nursery nursery, CancelScope scope, Runnable code) {
        nursery.startSoon("task", () -> {
            try {
                ScopeResult<Boolean> result = scope.call(() -> {
                    code.run();
                    return true;
                });
                if (result.isCancelled()) cancelled++;
                else
                    done++;
            } catch (BrokenException e) {
                broken++;
            }
        });
    }
}
