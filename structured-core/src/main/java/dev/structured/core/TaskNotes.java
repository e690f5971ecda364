package dev.structured.core;

import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The notes about one task, and the name of its thread, which shows them. Made for the first note.
final class TaskNotes {
    /// Written under the lock, which is this.
    private volatile Notes notes = Notes.NONE;
    /// The name that the thread had before the task itself added its first note; null until then. Owner only.
    private @Nullable String plainThreadName;

    /// Adds a note. **Thread-safe.**
    ///
    /// @param thread the calling thread, if it runs the task; else null
    void add(String key, String value, @Nullable Thread thread) {
        Notes noted;
        synchronized (this) {
            noted = notes.with(key, value);
            notes = noted;
        }
        if (thread == null) return;
        if (plainThreadName == null) plainThreadName = thread.getName();
        thread.setName(plainThreadName + " [" + noted.text() + "]");
    }

    /// **Thread-safe.**
    Map<String, String> texts() {
        return Collections.unmodifiableMap(notes.texts());
    }

    /// Returns the notes in one line. **Thread-safe.**
    String text() {
        return notes.text();
    }

    /// Gives the calling thread, which has run the task, its own name back.
    void restoreThreadName() {
        if (plainThreadName != null) Thread.currentThread().setName(plainThreadName);
    }
}
