package dev.structured.core;

import java.util.LinkedHashMap;
import java.util.Map;

/// The notes about a task: a few short texts by key, the oldest first. Immutable.
final class Notes {
    static final Notes NONE = new Notes(new String[0], "");

    /// The most notes of a task. The latest ones are kept.
    private static final int MOST = 8;
    /// The most characters of a key or a value.
    private static final int MOST_CHARACTERS = 64;

    /// Keys and values in turn, bounded in number and length, without control characters.
    private final String[] texts;
    private final String line;

    private Notes(String[] texts, String line) {
        this.texts = texts;
        this.line = line;
    }

    Notes with(String key, String value) {
        String[] note = {bounded(key), bounded(value)};
        for (int i = 0; i < texts.length; i += 2) {
            if (texts[i].equals(note[0])) return replaced(i, note[1]);
        }
        int kept = Math.min(texts.length, 2 * (MOST - 1));
        String[] added = new String[kept + 2];
        System.arraycopy(texts, texts.length - kept, added, 0, kept);
        System.arraycopy(note, 0, added, kept, 2);
        return new Notes(added, kept == texts.length ? appended(line, note[0], note[1]) : text(byKey(added)));
    }

    private Notes replaced(int at, String value) {
        String[] changed = texts.clone();
        changed[at + 1] = value;
        return new Notes(changed, text(byKey(changed)));
    }

    private static String appended(String line, String key, String value) {
        return line.isEmpty() ? key + "=" + value : line + ", " + key + "=" + value;
    }

    private static String bounded(String text) {
        String cut = text.length() <= MOST_CHARACTERS ? text : Words.begin(text, MOST_CHARACTERS - 1) + "…";
        return Words.inOneLine(cut);
    }

    /// Returns the notes by key, the oldest first: a map of its own each time.
    Map<String, String> texts() {
        return byKey(texts);
    }

    private static Map<String, String> byKey(String[] texts) {
        Map<String, String> byKey = new LinkedHashMap<>();
        for (int i = 0; i < texts.length; i += 2) byKey.put(texts[i], texts[i + 1]);
        return byKey;
    }

    /// Returns the notes in one line, e.g. `request=7, attempt=2`.
    String text() {
        return line;
    }

    static String text(Map<String, String> byKey) {
        String line = "";
        for (Map.Entry<String, String> note : byKey.entrySet()) {
            line = appended(line, note.getKey(), note.getValue());
        }
        return line;
    }
}
