package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// The second way up from the base scope of a task that is being [started][PendingStart]: from its caller it
/// is moved to the nursery that it is to live in.
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

    /// The base scope has its target as its parent now.
    void moved() {
        parentHidden = false;
        target = null;
    }
}
