package dev.structured.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds the cancellations that reach a place in the tree: walks up, from a scope outwards.
///
/// A walk goes from parent to parent, and ends at the first scope that hides those outside it. Two ways lead
/// up from the base scope of a task that is being [started][PendingStart]. They meet again further up, and
/// the walk visits each scope above that point once. It is iterative, since a tree may be thousands of levels
/// deep.
final class CancelLookup {
    private CancelLookup() {}

    /// Returns the nearest cancelled scope, `from` or one outside it, that no shield hides; or null.
    static @Nullable CancelScope cancelled(CancelScope from) {
        // Invariant 2: computed at each call.
        for (CancelScope scope = from; scope != null; scope = scope.parent()) {
            if (scope.reason() != null) return scope;
            if (scope.target() != null) return first(scope, false, CancelLookup::hasReason);
            if (scope.hidesOutside()) return null;
        }
        return null;
    }

    /// Returns true if no scope is cancelled, asked to stop or limited in time, so that no closer look is
    /// needed. Looks at each scope only if something has changed in the run since they were last found quiet.
    ///
    /// @param run those of the run that the scopes are in
    static boolean isQuiet(CancelScope from, Disturbances run) {
        long count = run.count();
        return from.wasQuietAt(count) || look(from, run, count);
    }

    private static boolean look(CancelScope from, Disturbances run, long count) {
        boolean over = run.areOver(count); // before the look, which may miss a change that is under way
        for (CancelScope scope = from; scope != null; scope = scope.parent()) {
            if (!scope.isQuiet()) return false;
        }
        if (over) from.foundQuietAt(count);
        return true;
    }

    /// Returns the reason why code directly inside `from` is cancelled right now; null if it is not.
    static @Nullable CancelReason reason(CancelScope from) {
        CancelScope found = cancelled(from);
        return found == null ? null : found.reason();
    }

    /// Returns true if a scope is cancelled, even one behind a shield, so that some scope will absorb a
    /// [Cancelled] that is in flight here.
    static boolean isAnyCancelled(CancelScope from) {
        for (CancelScope scope = from; scope != null; scope = scope.parent()) {
            if (scope.reason() != null) return true;
            if (scope.target() != null) return first(scope, true, CancelLookup::hasReason) != null;
        }
        return false;
    }

    private static boolean hasReason(CancelScope scope) {
        return scope.reason() != null;
    }

    /// Returns the outermost cancelled scope that is visible, which absorbs the cancellation; null if there
    /// is none.
    static @Nullable CancelScope outermostCancelled(CancelScope from) {
        CancelScope outermost = null;
        for (CancelScope scope = from; scope != null; scope = scope.parent()) {
            if (scope.reason() != null) outermost = scope;
            if (scope.hidesOutside()) break;
        }
        return outermost;
    }

    /// Returns the earliest deadline, or end of the grace of a stop; [Nanos#PASSED] if a scope is
    /// cancelled, [Nanos#NEVER] if there is none.
    static long deadline(CancelScope from) {
        long earliest = Nanos.NEVER;
        for (CancelScope scope = from; scope != null; scope = scope.parent()) {
            if (scope.target() != null) return Math.min(earliest, deadlineAtFork(scope));
            if (scope.reason() != null) return Nanos.PASSED;
            earliest = Math.min(earliest, scope.end());
            if (scope.hidesOutside()) return earliest;
        }
        return earliest;
    }

    private static long deadlineAtFork(CancelScope from) {
        long[] earliest = {Nanos.NEVER};
        CancelScope cancelled = first(from, false, scope -> {
            earliest[0] = Math.min(earliest[0], scope.end());
            return scope.reason() != null;
        });
        return cancelled == null ? earliest[0] : Nanos.PASSED;
    }

    /// Returns true if a stop has been requested.
    static boolean isStopRequested(CancelScope from) {
        return first(from, false, CancelScope::isAskedToStop) != null;
    }

    /// Cancels the scopes whose deadlines or graces have passed, including scopes behind shields. Reads the
    /// clock only if a scope has such a time.
    static void expireDeadlines(CancelScope from) {
        long now = -1;
        for (CancelScope scope = from; scope != null; scope = scope.parent()) {
            if (scope.target() != null) {
                first(scope, true, CancelLookup::expireNow);
                return;
            }
            if (mayExpire(scope)) {
                if (now < 0) now = scope.now();
                scope.expire(now);
            }
        }
    }

    private static boolean mayExpire(CancelScope scope) {
        return scope.end() != Nanos.NEVER && scope.reason() == null;
    }

    /// Returns false, so that the walk goes on.
    private static boolean expireNow(CancelScope scope) {
        if (mayExpire(scope)) scope.expire(scope.now());
        return false;
    }

    /// Returns the first scope that is wanted; null if there is none.
    ///
    /// A scope found above the caller of a `start` counts only if the task is still under that caller. In
    /// that case the thread that wants to move the task sees the scope too, and does not move it. Without
    /// this rule, a walk that is overtaken by the move could find a later cancellation, which no scope around
    /// the task could absorb.
    ///
    /// @param throughShields whether to look at scopes that are hidden too
    private static @Nullable CancelScope first(CancelScope from, boolean throughShields,
            Predicate<CancelScope> wanted) {
        while (true) {
            Walk walk = new Walk(throughShields);
            CancelScope found = walk.first(from, wanted);
            if (found == null || throughShields || !walk.wasOvertaken()) return found;
        }
    }

    /// One walk, where the way may fork.
    private static final class Walk {
        private final boolean throughShields;
        private final ArrayDeque<CancelScope> forks = new ArrayDeque<>(2);
        /// The base scopes from which the walk also went up to the caller. Needed, like `seen`, only where
        /// the way forks.
        private @Nullable List<CancelScope> forked;
        private @Nullable Set<CancelScope> seen;

        Walk(boolean throughShields) {
            this.throughShields = throughShields;
        }

        @Nullable
        CancelScope first(CancelScope from, Predicate<CancelScope> wanted) {
            CancelScope scope = from;
            while (scope != null) {
                if (seen != null && !seen.add(scope)) {
                    scope = forks.poll(); // all above it has been looked at too
                    continue;
                }
                if (wanted.test(scope)) return scope;
                CancelScope other = scope.target(); // before the parent, which it becomes
                if (other != null) fork(scope, other);
                scope = next(scope);
            }
            return null;
        }

        private void fork(CancelScope base, CancelScope other) {
            if (seen == null) seen = Collections.newSetFromMap(new IdentityHashMap<>());
            if (forked == null) forked = new ArrayList<>(1);
            forks.add(other);
            if (!base.hidesOutside()) forked.add(base);
        }

        private @Nullable CancelScope next(CancelScope scope) {
            CancelScope outer = throughShields || !scope.hidesOutside() ? scope.parent() : null;
            return outer == null ? forks.poll() : outer;
        }

        /// Returns true if a task that the walk saw under its caller has been moved since, or is about to be.
        boolean wasOvertaken() {
            if (forked == null) return false;
            for (CancelScope base : forked) {
                if (base.target() == null || base.hidesOutside()) return true;
            }
            return false;
        }
    }
}
