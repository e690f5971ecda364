package dev.structured.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Writes a [TaskTree] for people: a line a task, with the branches of the tree before it.
final class TaskTreeText {
    /// Deeper tasks are not moved further to the right: full branches would take space in the square of the
    /// depth.
    private static final int DEEPEST_BRANCH = 24;

    private final TaskTree tree;
    private final boolean[] last;

    private TaskTreeText(TaskTree tree) {
        this.tree = tree;
        this.last = lastChildren(tree);
    }

    static String of(TaskTree tree) {
        return new TaskTreeText(tree).text();
    }

    private String text() {
        List<String> heads = new ArrayList<>();
        int width = 0;
        for (int i = 0; i < tree.tasks().size(); i++) {
            String head = branches(i) + name(tree.tasks().get(i));
            heads.add(head);
            width = Math.max(width, head.length());
        }
        StringBuilder text = new StringBuilder(counted(tree.runs(), "run") + ", "
                + counted(tree.tasks().size(), "task") + "\n");
        for (int i = 0; i < heads.size(); i++) {
            String head = heads.get(i);
            TaskTree.Entry task = tree.tasks().get(i);
            text.append(head).append(" ".repeat(width - head.length() + 2)).append(state(task)).append('\n');
            for (StackTraceElement frame : task.stack()) {
                text.append("        at ").append(frame).append('\n');
            }
        }
        return text.toString();
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static String name(TaskTree.Entry task) {
        return task.nursery() == null ? task.name() : task.name() + " (in " + task.nursery() + ")";
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

    private String branches(int index) {
        TaskTree.Entry task = tree.tasks().get(index);
        if (task.depth() == 0) return "";
        if (task.depth() > DEEPEST_BRANCH) return "   ".repeat(DEEPEST_BRANCH) + "… " + task.depth() + " ";
        StringBuilder branches = new StringBuilder(last[index] ? "└─ " : "├─ ");
        for (int at = task.parent(); tree.tasks().get(at).depth() > 0; at = tree.tasks().get(at).parent()) {
            branches.insert(0, last[at] ? "   " : "│  ");
        }
        return branches.toString();
    }

    /// From the end: the first child seen of a parent is its last.
    private static boolean[] lastChildren(TaskTree tree) {
        int size = tree.tasks().size();
        boolean[] last = new boolean[size];
        boolean[] seen = new boolean[size];
        for (int i = size - 1; i >= 0; i--) {
            int parent = tree.tasks().get(i).parent();
            if (parent < 0 || seen[parent]) continue;
            seen[parent] = true;
            last[i] = true;
        }
        return last;
    }
}
