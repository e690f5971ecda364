package dev.structured.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The task-local values of one task. Immutable, so that inheriting them costs nothing.
///
/// A task has few of them, so a short array is searched from end to end.
final class Locals {
    static final Locals NONE = new Locals(new Key[0], new Object[0], false);

    /// The identity of a task-local.
    static final class Key {
        final boolean followsTree;

        /// @param followsTree whether a task inherits it from its place in the tree, and not from the task
        ///     that starts it
        Key(boolean followsTree) {
            this.followsTree = followsTree;
        }
    }

    private final Key[] keys;
    private final @Nullable Object[] values;
    private final boolean anyFollowsTree;

    private Locals(Key[] keys, @Nullable Object[] values, boolean anyFollowsTree) {
        this.keys = keys;
        this.values = values;
        this.anyFollowsTree = anyFollowsTree;
    }

    /// Returns the values that a task begins with.
    ///
    /// @param spawner the values of the task that starts it
    /// @param opening those of the nursery's opener, at the opening
    static Locals inherited(Locals spawner, Locals opening) {
        if (spawner == opening || !(spawner.anyFollowsTree || opening.anyFollowsTree)) return spawner;
        return NONE.withAll(spawner, false).withAll(opening, true);
    }

    private Locals withAll(Locals others, boolean followingTree) {
        Locals all = this;
        for (int i = 0; i < others.keys.length; i++) {
            Key key = others.keys[i];
            if (key.followsTree == followingTree) all = all.with(key, others.values[i]);
        }
        return all;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // with() put it there: null only where T allows it
    <T extends @Nullable Object> T get(Key key, T initial) {
        int index = indexOf(key);
        return index < 0 ? initial : (T) values[index];
    }

    Locals with(Key local, @Nullable Object value) {
        int index = indexOf(local);
        if (index >= 0) {
            @Nullable
            Object[] changed = values.clone();
            changed[index] = value;
            return new Locals(keys, changed, anyFollowsTree);
        }
        int length = keys.length;
        Key[] moreKeys = Arrays.copyOf(keys, length + 1);
        @Nullable
        Object[] moreValues = Arrays.copyOf(values, length + 1);
        moreKeys[length] = local;
        moreValues[length] = value;
        return new Locals(moreKeys, moreValues, anyFollowsTree || local.followsTree);
    }

    private int indexOf(Key local) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] == local) return i;
        }
        return -1;
    }
}
