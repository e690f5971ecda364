package dev.structured.service.terminal;

import java.util.ArrayList;
import java.util.List;

/// A table of texts. Columns of words are aligned to the left, all others to the right.
final class Columns {
    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();
    private final String left;

    /// @param left one character for each column: `l` for a column of words
    /// @param head the names of the columns
    Columns(String left, String... head) {
        this.left = left;
        rows.add(head);
    }

    void row(String... cells) {
        rows.add(cells);
    }

    /// Returns its lines.
    List<String> lines() {
        int[] widths = new int[left.length()];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) widths[i] = Math.max(widths[i], row[i].length());
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private String line(String[] row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.length; i++) {
            String space = " ".repeat(widths[i] - row[i].length());
            if (i > 0) line.append(GAP);
            line.append(left.charAt(i) == 'l' ? row[i] + space : space + row[i]);
        }
        return line.toString().stripTrailing();
    }
}
