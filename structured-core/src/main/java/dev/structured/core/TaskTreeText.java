package dev.structured.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Writes a [TaskTree] for people: one line for each task, with the branches of the tree before it, and one
/// line in place of tasks that look like those above.
final class TaskTreeText {
    /// Deeper tasks are not moved further to the right: full branches would take space in the square of the
    /// depth.
    private static final int DEEPEST_BRANCH = 24;
    /// The states of all tasks are in one column, which a task with a longer name does not move: each line
    /// would be as long as the longest name.
    private static final int WIDEST_COLUMN = 120;

    private final TaskTree tree;
    private final List<Line> lines;
    /// The lines that are the last of their siblings.
    private final Set<Line> last;
    /// The line of each task that is shown; otherwise null.
    private final Line[] lineOf;

    /// One line.
    ///
    /// @param task the index of the task; if this line stands for hidden tasks, that of the task before,
    ///     which looks like them
    /// @param more the number of tasks that are not shown in its place; 0 if it shows the task itself
    private record Line(int task, int more) {}

    private TaskTreeText(TaskTree tree) {
        this.tree = tree;
        this.lineOf = new Line[tree.tasks().size()];
        this.lines = lines(tree);
        this.last = lastChildren();
    }

    static String of(TaskTree tree) {
        return new TaskTreeText(tree).text();
    }

    /// A line "more like this" comes after the last task that is shown and the tasks below it.
    private List<Line> lines(TaskTree tree) {
        TaskShapes shapes = new TaskShapes(tree);
        List<Line> all = new ArrayList<>();
        List<Line> open = new ArrayList<>(); // of tasks whose last line has not come
        for (int i = 0; i < tree.tasks().size(); i++) {
            if (!shapes.isShown(i)) continue;
            closeDeeper(open, tree.tasks().get(i).depth(), all);
            lineOf[i] = new Line(i, 0);
            all.add(lineOf[i]);
            if (shapes.more(i) > 0) open.add(new Line(i, shapes.more(i)));
        }
        closeDeeper(open, 0, all);
        return all;
    }

    private void closeDeeper(List<Line> open, int depth, List<Line> all) {
        while (!open.isEmpty() && depth(open.getLast()) >= depth)
            all.add(open.removeLast());
    }

    private int depth(Line line) {
        return tree.tasks().get(line.task()).depth();
    }

    private int parent(Line line) {
        return tree.tasks().get(line.task()).parent();
    }

    private String text() {
        List<String> heads = new ArrayList<>();
        int width = 0;
        for (Line line : lines) {
            String head = branches(line) + Words.inOneLine(head(line));
            heads.add(head);
            if (line.more() == 0 && head.length() <= WIDEST_COLUMN) width = Math.max(width, head.length());
        }
        StringBuilder text = new StringBuilder(counted(tree.runs(), "run") + ", "
                + counted(tree.tasks().size(), "task") + "\n");
        for (int i = 0; i < heads.size(); i++) {
            if (lines.get(i).more() > 0) text.append(heads.get(i)).append('\n');
            else
                append(text, heads.get(i), width, tree.tasks().get(lines.get(i).task()));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String head, int width, TaskTree.Entry task) {
        text.append(head).append(" ".repeat(Math.max(0, width - head.length()) + 2))
                .append(Words.inOneLine(state(task)))
                .append('\n');
        for (StackTraceElement frame : task.stack()) {
            text.append("        at ").append(frame).append('\n');
        }
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private String head(Line line) {
        return line.more() == 0
                ? name(tree.tasks().get(line.task()))
                : String.format(Locale.ROOT, "… %,d more like this", line.more());
    }

    private static String name(TaskTree.Entry task) {
        String notes = task.notes().isEmpty() ? "" : " [" + Notes.text(task.notes()) + "]";
        return task.name() + notes + (task.nursery() == null ? "" : " (in " + task.nursery() + ")");
    }

    private static String state(TaskTree.Entry task) {
        StringBuilder words = new StringBuilder();
        words.append(task.elapsed() == null ? "not begun" : millis(task.elapsed()));
        words.append("  ");
        if (task.timeLeft() != null && task.cancelled() == null) {
            words.append(millis(task.timeLeft())).append(" left, ");
        }
        if (task.state() != Task.State.RUNNING)
            words.append(task.state().toString().toLowerCase(Locale.ROOT));
        else if (task.waitsFor() != null) words.append("waits for ").append(task.waitsFor());
        else
            words.append("runs");
        if (task.cancelled() != null) words.append(", cancelled: ").append(task.cancelled());
        return words.toString();
    }

    private static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
    }

    private String branches(Line line) {
        int depth = depth(line);
        if (depth == 0) return "";
        if (depth > DEEPEST_BRANCH) return "   ".repeat(DEEPEST_BRANCH) + "… " + depth + " ";
        StringBuilder branches = new StringBuilder(last.contains(line) ? "└─ " : "├─ ");
        for (int at = parent(line); tree.tasks().get(at).depth() > 0; at = tree.tasks().get(at).parent()) {
            branches.insert(0, last.contains(lineOf[at]) ? "   " : "│  ");
        }
        return branches.toString();
    }

    /// From the end: the first line seen of a parent's children is the last.
    private Set<Line> lastChildren() {
        Set<Line> found = new HashSet<>();
        Set<Integer> seen = new HashSet<>();
        for (Line line : lines.reversed()) {
            if (parent(line) >= 0 && seen.add(parent(line))) found.add(line);
        }
        return found;
    }
}
