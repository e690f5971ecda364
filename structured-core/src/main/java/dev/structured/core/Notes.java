package dev.structured.core;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.StringJoiner;

/// The notes about a task: a few short texts by key, the oldest first. Immutable.
///
/// @param texts bounded in number and length, without control characters
record Notes(SequencedMap<String, String> texts) {
    static final Notes NONE = new Notes(new LinkedHashMap<>());

    /// The most notes of a task. The latest ones are kept.
    private static final int MOST = 8;
    /// The most characters of a key or a value.
    private static final int MOST_CHARACTERS = 64;

    Notes with(String key, String value) {
        SequencedMap<String, String> changed = new LinkedHashMap<>(texts);
        changed.put(bounded(key), bounded(value));
        if (changed.size() > MOST) changed.pollFirstEntry();
        return new Notes(changed);
    }

    private static String bounded(String text) {
        String cut = text.length() <= MOST_CHARACTERS ? text : Words.begin(text, MOST_CHARACTERS - 1) + "…";
        return isClean(cut) ? cut : cut.replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", "?");
    }

    /// A loop and not a stream, which would be three objects: a service makes many notes.
    private static boolean isClean(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) return false;
        }
        return true;
    }

    /// Returns the notes in one line, e.g. `request=7, attempt=2`.
    String text() {
        return text(texts);
    }

    static String text(Map<String, String> texts) {
        StringJoiner text = new StringJoiner(", ");
        for (Map.Entry<String, String> note : texts.entrySet()) {
            text.add(note.getKey() + "=" + note.getValue());
        }
        return text.toString();
    }
}
