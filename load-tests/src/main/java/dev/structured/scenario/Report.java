package dev.structured.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A table of results, and the goals that were reached or missed.
final class Report {
    private final StringBuilder text = new StringBuilder();
    private final List<String[]> rows = new ArrayList<>();
    private boolean good = true;

    /// @param title the title of the table
    /// @param head the table's columns
    Report(String title, String... head) {
        text.append('\n').append(title).append('\n');
        rows.add(head);
    }

    /// Adds a row to the table.
    void row(String... cells) {
        rows.add(cells);
    }

    /// Adds a goal.
    ///
    /// @param what the goal, in words
    /// @param reached whether it is as good as wanted
    /// @param bearable whether noise may explain a goal that was missed
    void goal(String what, boolean reached, boolean bearable) {
        finishTable();
        String verdict = reached ? "reached" : bearable ? "missed, within what noise may do" : "MISSED";
        text.append(what).append(": ").append(verdict).append('\n');
        good &= reached || bearable;
    }

    boolean isGood() {
        return good;
    }

    String text() {
        finishTable();
        return text.toString();
    }

    private void finishTable() {
        for (String[] row : rows) {
            text.append("  ");
            for (int column = 0; column < row.length; column++) {
                text.append(String.format(Locale.ROOT, column == 0 ? "%-28s" : "%12s", row[column]));
            }
            text.append('\n');
        }
        rows.clear();
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is of a library that is not here
    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
