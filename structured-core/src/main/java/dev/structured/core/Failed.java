package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// What came out of a nursery, and of which part of it. The names are there anyway, so they cost no text
/// until a message is made of them.
///
/// @param task the task's name; null for the block
/// @param part in words, what failed if it is neither a task's code nor the block; null if it is
record Failed(Throwable thrown, @Nullable String task, @Nullable String part) {
    /// Returns what failed, in words.
    String words() {
        if (part != null) return part;
        return task == null ? "the block" : "'" + task + "'";
    }
}
