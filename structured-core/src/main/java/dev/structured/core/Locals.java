package dev.structured.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The task-local values of one task. Immutable, so that inheriting them costs nothing.
///
/// Few at a time, so a short array is searched from end to end.
final class Locals {
    static final Locals NONE = new Locals(new TaskLocal<?>[0], new Object[0], false);

    private final TaskLocal<?>[] keys;
    private final @Nullable Object[] values;
    private final boolean anyFollowsTree;

    private Locals(TaskLocal<?>[] keys, @Nullable Object[] values, boolean anyFollowsTree) {
        this.keys = keys;
        this.values = values;
        this.anyFollowsTree = anyFollowsTree;
    }

    /// Returns what a task begins with.
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
            TaskLocal<?> key = others.keys[i];
            if (key.followsTree() == followingTree) all = all.withRaw(key, others.values[i]);
        }
        return all;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // with() put it there: null only where T allows it
    <T extends @Nullable Object> T get(TaskLocal<T> local) {
        int index = indexOf(local);
        return index < 0 ? local.initial() : (T) values[index];
    }

    <T extends @Nullable Object> Locals with(TaskLocal<T> local, T value) {
        return withRaw(local, value);
    }

    private Locals withRaw(TaskLocal<?> local, @Nullable Object value) {
        int index = indexOf(local);
        if (index >= 0) {
            @Nullable
            Object[] changed = values.clone();
            changed[index] = value;
            return new Locals(keys, changed, anyFollowsTree);
        }
        int length = keys.length;
        TaskLocal<?>[] moreKeys = Arrays.copyOf(keys, length + 1);
        @Nullable
        Object[] moreValues = Arrays.copyOf(values, length + 1);
        moreKeys[length] = local;
        moreValues[length] = value;
        return new Locals(moreKeys, moreValues, anyFollowsTree || local.followsTree());
    }

    private int indexOf(TaskLocal<?> local) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] == local) return i;
        }
        return -1;
    }
}
