package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// A failure in a nursery, and the part of the nursery that failed. It holds names that exist already: text
/// is made only for a message.
///
/// @param task the task's name; null for the block
/// @param part in words, the part that failed if it is neither a task's code nor the block; else null
record Failed(Throwable thrown, @Nullable String task, @Nullable String part) {
    /// Returns the part that failed, in words.
    String words() {
        if (part != null) return part;
        return task == null ? "the block" : "'" + task + "'";
    }
}
