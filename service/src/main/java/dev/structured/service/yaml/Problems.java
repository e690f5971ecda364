package dev.structured.service.yaml;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/// The problems found so far in one file. Reading goes on after a problem, so that a user sees all of them at
/// once.
final class Problems {
    private static final int SHORTEST_SECRET = 4;

    private final List<Problem> found = new ArrayList<>();
    private final List<String> secrets = new ArrayList<>();

    /// Hides a text in all messages from now on. A text of less than four characters is not hidden, because
    /// that would garble all messages.
    void conceal(String secret) {
        if (secret.length() < SHORTEST_SECRET) return;
        secrets.add(secret);
        // The text as JSON shows it.
        String quoted = JsonNodeFactory.instance.textNode(secret).toString();
        secrets.add(quoted.substring(1, quoted.length() - 1));
    }

    void add(Node node, String message) {
        add(node.getStartMark(), 0, message);
    }

    /// Reports a problem `offset` code points after the node's beginning.
    void add(Node node, int offset, String message) {
        add(node.getStartMark(), offset, message);
    }

    void add(Optional<Mark> mark, String message) {
        add(mark, 0, message);
    }

    void add(int line, int column, String message) {
        String shown = message;
        for (String secret : secrets) shown = shown.replace(secret, "***");
        found.add(new Problem(line, column, shown));
    }

    private void add(Optional<Mark> mark, int offset, String message) {
        int line = mark.map(Mark::getLine).orElse(0) + 1;
        int column = mark.map(Mark::getColumn).orElse(0) + 1;
        add(line, column + offset, message);
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /// Returns the problems in the file's order. A problem that was found several times, through aliases, is
    /// there once.
    List<Problem> inOrder() {
        return found.stream()
                .distinct()
                .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .toList();
    }

    /// Returns the line of a node, from 1.
    static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }
}
