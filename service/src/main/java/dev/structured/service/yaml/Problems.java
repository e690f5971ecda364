package dev.structured.service.yaml;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/// The problems found so far in a file, and in those that it includes. Reading goes on after a problem, so
/// that a user sees all of them at once.
final class Problems {
    private static final int SHORTEST_SECRET = 4;
    /// The longest message, in code points: room for the names of all keys and problems.
    private static final int LONGEST = 3_000;

    private final List<Problem> found = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();
    private final List<String> secrets = new ArrayList<>();
    /// The names of the files, in the order in which they were read.
    private final List<String> files = new ArrayList<>();

    /// A file is read from now on.
    void begin(String file) {
        if (!files.contains(file)) files.add(file);
    }

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

    void add(String file, int line, int column, String message) {
        found.add(problem(file, line, column, message));
    }

    /// Adds what a user should know of a file that can be used.
    void warn(Node node, String message) {
        warnings.add(problem(file(node), line(node),
                node.getStartMark().map(Mark::getColumn).orElse(0) + 1, "warning: " + message));
    }

    private Problem problem(String file, int line, int column, String message) {
        String shown = message;
        for (String secret : secrets) shown = shown.replace(secret, "***");
        return new Problem(isFirst(file) ? null : file, line, column, shortened(shown));
    }

    /// Leaves out the middle of a message that quotes a very long text. Its end has the fix.
    private static String shortened(String message) {
        int length = message.codePointCount(0, message.length());
        if (length <= LONGEST) return message;
        int half = LONGEST / 2;
        return message.substring(0, message.offsetByCodePoints(0, half)) + " … "
                + message.substring(message.offsetByCodePoints(0, length - half));
    }

    private boolean isFirst(String file) {
        return files.isEmpty() || files.getFirst().equals(file) || !files.contains(file);
    }

    private void add(Optional<Mark> mark, int offset, String message) {
        int line = mark.map(Mark::getLine).orElse(0) + 1;
        int column = mark.map(Mark::getColumn).orElse(0) + 1;
        add(mark.map(Mark::getName).orElse(""), line, column + offset, message);
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /// Returns the problems in the order of the files and of their lines. A problem that was found several
    /// times, through aliases, is there once.
    List<Problem> inOrder() {
        return inOrder(found);
    }

    /// Returns the warnings, in the same order.
    List<Problem> warnings() {
        return inOrder(warnings);
    }

    private List<Problem> inOrder(List<Problem> all) {
        return all.stream()
                .distinct()
                .sorted(Comparator.comparingInt(this::rank).thenComparingInt(Problem::line)
                        .thenComparingInt(Problem::column))
                .toList();
    }

    private int rank(Problem problem) {
        return problem.file() == null ? 0 : files.indexOf(problem.file());
    }

    /// Returns the place of a node for a message about another one: `line 3`, or `common.yaml:3` if it is in
    /// another file.
    static String place(Node node, Node from) {
        String file = file(node);
        return file.equals(file(from)) ? "line " + line(node) : file + ":" + line(node);
    }

    /// Returns the name of the file that a node is in; an empty text if it is in none.
    static String file(Node node) {
        return node.getStartMark().map(Mark::getName).orElse("");
    }

    /// Returns the line of a node, from 1.
    static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }
}
