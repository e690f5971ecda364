package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// What reaches a place in the tree from the scopes above it: walks up, from a scope outwards.
///
/// A walk goes from parent to parent, and ends at the first scope that hides what is outside it. The base scope of a
/// task that is being [started][Starting] has two ways up. Iterative along the parents: a tree may be thousands of
/// levels deep.
final class ScopesAbove {
    private ScopesAbove() {}

    /// Returns the nearest cancelled scope, `from` or one outside it, that no shield hides; or null.
    static @Nullable CancelScope cancelled(CancelScope from) {
        for (CancelScope scope = from; scope != null; scope = scope.parent()) {
            if (scope.reason() != null) return scope;
            CancelScope other = scope.target();
            CancelScope found = other == null ? null : cancelled(other);
            if (found != null) return found;
            if (scope.hidesOutside()) return null;
        }
        return null;
    }

    /// Returns why code directly inside `from` is cancelled right now; null if it is not.
    static @Nullable CancelReason reason(CancelScope from) {
        CancelScope found = cancelled(from);
        return found == null ? null : found.reason();
    }

    /// Returns true if a scope is cancelled, whatever shields there are: a [Cancelled] that is in flight here has
    /// somewhere to go.
    static boolean isAnyCancelled(CancelScope from) {
        for (CancelScope scope = from; scope != null; scope = scope.parent()) {
            if (scope.reason() != null) return true;
            CancelScope other = scope.target();
            if (other != null && isAnyCancelled(other)) return true;
        }
        return false;
    }

    /// Returns the earliest deadline; [Long#MIN_VALUE] if a scope is cancelled, [Deadlines#NEVER] if there is none.
    static long deadline(CancelScope from) {
        long earliest = Deadlines.NEVER;
        for (CancelScope scope = from; scope != null; scope = scope.parent()) {
            if (scope.reason() != null) return Long.MIN_VALUE;
            ScopeDeadline limit = scope.limit();
            if (limit != null) earliest = Math.min(earliest, limit.at());
            CancelScope other = scope.target();
            if (other != null) earliest = Math.min(earliest, deadline(other));
            if (scope.hidesOutside()) break;
        }
        return earliest;
    }

    /// Returns true if a stop has been requested.
    static boolean isStopRequested(CancelScope from) {
        for (CancelScope scope = from; scope != null; scope = scope.parent()) {
            if (scope.isAskedToStop()) return true;
            CancelScope other = scope.target();
            if (other != null && isStopRequested(other)) return true;
            if (scope.hidesOutside()) return false;
        }
        return false;
    }

    /// Cancels the scopes whose deadlines have passed, behind shields too. The clock is read only if there is one.
    static void expireDeadlines(CancelScope from) {
        long now = -1;
        for (CancelScope scope = from; scope != null; scope = scope.parent()) {
            ScopeDeadline limit = scope.limit();
            if (limit != null && !limit.isNever() && scope.reason() == null) {
                if (now < 0) now = scope.now();
                scope.expire(now);
            }
            CancelScope other = scope.target();
            if (other != null) expireDeadlines(other);
        }
    }
}
