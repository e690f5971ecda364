package dev.structured.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The exceptions that cleanups of one task have thrown while it is cancelled.
///
/// An exception that leaves a `finally` by way of a checkpoint is replaced by the [Cancelled] that the
/// checkpoint throws, and Java keeps no link to it. So each is suppressed in every later `Cancelled` that may
/// replace it, which is one that a scope around it will absorb. When a scope inside a cleanup ends, the
/// exceptions that did not leave it are forgotten.
///
/// @param <S> a scope
final class CleanupErrors<S> {
    private static final int MOST = 16;

    /// @param within the innermost scope at the place where it came out of the cleanup
    private record Failed<S>(Throwable error, S within) {}

    /// The way outwards.
    interface Parent<S> {
        /// Returns the next scope outwards; null for the outermost.
        @Nullable
        S of(S scope);
    }

    private final Parent<S> parent;
    private final List<Failed<S>> failed = new ArrayList<>();

    CleanupErrors(Parent<S> parent) {
        this.parent = parent;
    }

    void add(Throwable error, S within) {
        if (failed.size() >= MOST || error instanceof Cancelled) return;
        if (failed.stream().noneMatch(each -> each.error == error)) failed.add(new Failed<>(error, within));
    }

    /// Suppresses those that came out of cleanups inside the scope.
    void suppressIn(Cancelled cancelled, S absorber) {
        for (Failed<S> each : failed) {
            if (isIn(each, absorber)) Suppressed.add(cancelled, each.error);
        }
    }

    /// Forgets those inside a scope that has ended.
    void forgetIn(S scope) {
        failed.removeIf(each -> isIn(each, scope));
    }

    private boolean isIn(Failed<S> each, S scope) {
        for (S within = each.within; within != null; within = parent.of(within)) {
            if (within == scope) return true;
        }
        return false;
    }
}
