package dev.structured.service.commands;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A text table. Columns of numbers are aligned to the right, all others to the left.
final class Table {
    private final List<String> head;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... head) {
        this.head = List.of(head);
    }

    void row(Object... cells) {
        rows.add(Arrays.stream(cells).map(String::valueOf).toList());
    }

    /// Returns the table as text.
    ///
    /// @param margin the text before each line
    String text(String margin) {
        StringBuilder text = new StringBuilder();
        line(head, margin, text);
        for (List<String> row : rows) line(row, margin, text);
        return text.toString();
    }

    private void line(List<String> cells, String margin, StringBuilder text) {
        StringBuilder line = new StringBuilder(margin);
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            String space = " ".repeat(width(i) - cell.length());
            line.append(isNumbers(i) ? space + cell : cell + space).append("  ");
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    private int width(int column) {
        int width = head.get(column).length();
        for (List<String> row : rows) width = Math.max(width, row.get(column).length());
        return width;
    }

    private boolean isNumbers(int column) {
        return rows.stream()
                .allMatch(row -> !row.get(column).isEmpty() && Character.isDigit(row.get(column).charAt(0)));
    }
}
