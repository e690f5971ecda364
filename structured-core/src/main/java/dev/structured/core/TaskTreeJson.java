package dev.structured.core;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes a [TaskTree] as JSON (RFC 8259). By hand: this module depends on nothing.
final class TaskTreeJson {
    private final StringBuilder json = new StringBuilder();

    private TaskTreeJson() {}

    static String of(TaskTree tree) {
        TaskTreeJson writer = new TaskTreeJson();
        writer.json.append("{\"runs\":").append(tree.runs()).append(",\"tasks\":[");
        for (int i = 0; i < tree.tasks().size(); i++) {
            if (i > 0) writer.json.append(',');
            writer.task(i, tree.tasks().get(i));
        }
        return writer.json.append("]}").toString();
    }

    private void task(int id, TaskTree.Entry task) {
        json.append("{\"id\":").append(id);
        json.append(",\"parent\":").append(task.parent() < 0 ? "null" : task.parent());
        json.append(",\"depth\":").append(task.depth());
        text("name", task.name());
        text("nursery", task.nursery());
        notes(task.notes());
        text("state", task.state().name().toLowerCase(Locale.ROOT));
        nanos("elapsedNanos", task.elapsed());
        nanos("timeLeftNanos", task.timeLeft());
        text("waitsFor", task.waitsFor());
        cancelled(task.cancelled());
        array("scopes", task.scopes());
        if (!task.stack().isEmpty()) {
            array("stack", task.stack().stream().map(StackTraceElement::toString).toList());
        }
        json.append('}');
    }

    private void cancelled(@Nullable CancelReason reason) {
        if (reason == null) {
            text("cancelled", null);
            return;
        }
        json.append(",\"cancelled\":{\"source\":");
        quoted(reason.source().name().toLowerCase(Locale.ROOT));
        text("scope", reason.scope());
        text("text", reason.text());
        text("task", reason.task());
        json.append('}');
    }

    private void notes(Map<String, String> notes) {
        json.append(",\"notes\":{");
        boolean first = true;
        for (Map.Entry<String, String> note : notes.entrySet()) {
            if (!first) json.append(',');
            first = false;
            quoted(note.getKey());
            json.append(':');
            quoted(note.getValue());
        }
        json.append('}');
    }

    private void nanos(String name, @Nullable Duration duration) {
        json.append(",\"").append(name).append("\":").append(duration == null ? "null" : duration.toNanos());
    }

    private void text(String name, @Nullable String text) {
        json.append(",\"").append(name).append("\":");
        if (text == null) json.append("null");
        else
            quoted(text);
    }

    private void array(String name, List<String> texts) {
        json.append(",\"").append(name).append("\":[");
        for (int i = 0; i < texts.size(); i++) {
            if (i > 0) json.append(',');
            quoted(texts.get(i));
        }
        json.append(']');
    }

    private void quoted(String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // A lone surrogate is no character: JSON could not be encoded in UTF-8 with it.
            boolean asCode = c < ' ' || c == '\u007f' || isLoneSurrogate(text, i);
            if (c == '"' || c == '\\') json.append('\\').append(c);
            else if (asCode) json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            else
                json.append(c);
        }
        json.append('"');
    }

    private static boolean isLoneSurrogate(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }
}
