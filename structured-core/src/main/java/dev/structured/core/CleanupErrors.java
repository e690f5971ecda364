package dev.structured.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What cleanups of one task have thrown while it is cancelled.
///
/// An exception that leaves a `finally` by way of a checkpoint is replaced by the [Cancelled] that the
/// checkpoint throws, and Java keeps no link to it. So each is hung on every later `Cancelled` that may
/// replace it: one that a scope around it will absorb. One that a scope inside another cleanup keeps to
/// itself leaves it on its way out. An error after which none was thrown has been dealt with.
final class CleanupErrors {
    private static final int MOST = 16;

    /// @param within the innermost scope where it came out of the cleanup
    private record Failed(Throwable error, CancelScope within) {
        boolean isIn(CancelScope scope) {
            for (CancelScope each = within; each != null; each = each.parent()) {
                if (each == scope) return true;
            }
            return false;
        }
    }

    private final List<Failed> failed = new ArrayList<>();

    void add(Throwable error, CancelScope within) {
        if (failed.size() >= MOST || error instanceof Cancelled) return;
        if (failed.stream().noneMatch(each -> each.error == error)) failed.add(new Failed(error, within));
    }

    /// @param from the innermost scope where it is thrown
    void hangOn(Cancelled cancelled, CancelScope from) {
        CancelScope absorber = absorber(from);
        if (absorber == null) return;
        for (Failed each : failed) {
            if (each.isIn(absorber)) Suppressed.add(cancelled, each.error);
        }
    }

    /// Returns the outermost cancelled scope that is visible.
    private static @Nullable CancelScope absorber(CancelScope from) {
        CancelScope outermost = null;
        for (CancelScope scope = from; scope != null; scope = scope.parent()) {
            if (scope.reason() != null) outermost = scope;
            if (scope.hidesOutside()) break;
        }
        return outermost;
    }

    /// Forgets those inside a scope that has ended.
    void forgetIn(CancelScope scope) {
        failed.removeIf(each -> each.isIn(scope));
    }
}
