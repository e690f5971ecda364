package dev.structured.core.combine;

import dev.structured.core.Action;
import dev.structured.core.CancelReason;
import dev.structured.core.CancelScope;
import dev.structured.core.Nursery;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.ScopeResult;
import java.util.ArrayList;
import java.util.List;

/// Runs nurseries and reports whether they were cut short.
///
/// A nursery ends normally when its own scope was cancelled. The kernel cancels that scope if a cancellation
/// from outside has stopped a task, and a shield that was raised since then hides it from the rest.
final class Nurseries {
    private Nurseries() {}

    /// Runs the block in a nursery and returns the nursery's scope.
    static CancelScope run(String name, Action<Nursery, ?> block) {
        List<CancelScope> scope = new ArrayList<>(1);
        Nursery.run(name, nursery -> {
            scope.add(nursery.scope());
            block.accept(nursery);
        });
        return scope.getFirst();
    }

    /// Throws if the scope, which has ended, was cancelled.
    ///
    /// @throws ScopeCancelledException if it was
    static void requireUncancelled(CancelScope scope) {
        CancelReason reason = scope.reason();
        if (reason != null) throw asException(reason);
    }

    /// Returns the exception that stands for a cancellation with that reason.
    static ScopeCancelledException asException(CancelReason reason) {
        try {
            new ScopeResult.Cancelled<>(reason).orElseThrow();
        } catch (ScopeCancelledException e) {
            return e;
        }
        throw new IllegalStateException("a cancelled scope has no value");
    }
}
