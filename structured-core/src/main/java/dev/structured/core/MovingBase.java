package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// The second way up from the base scope of a task that is being [started][PendingStart]. The base scope is
/// moved from the task's caller to the nursery that the task is to live in.
///
/// @param <S> a scope
final class MovingBase<S> {
    /// The nursery's scope, until the base scope has been moved there; then null.
    private volatile @Nullable S target;
    /// True while it is being moved.
    private volatile boolean parentHidden;

    MovingBase(S target) {
        this.target = target;
    }

    @Nullable
    S target() {
        return target;
    }

    boolean isParentHidden() {
        return parentHidden;
    }

    /// Hides the scopes above the base scope, or shows them again; those above its target are still seen.
    void hideParent(boolean hide) {
        parentHidden = hide;
    }

    /// Notes that the target has become the parent of the base scope.
    void moved() {
        parentHidden = false;
        target = null;
    }
}
