package dev.structured.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the tasks of a [TaskTree] that look alike, so that a text need not show each of ten thousand
/// connections.
///
/// Two siblings look alike if they differ in nothing but digits, times and the values of notes, and so do the
/// tasks below them, one by one. Of more than [#MOST_ALIKE] such siblings the first [#SHOWN] are shown.
final class TaskShapes {
    private static final int MOST_ALIKE = 4;
    private static final int SHOWN = 3;

    /// The properties that tasks which look alike have in common.
    private record Shape(String text, List<Integer> below) {}

    /// Siblings that look alike.
    private record Group(int parent, int shape) {}

    private final TaskTree tree;
    /// The number of each task's shape.
    private final int[] shapes;
    private final boolean[] hidden;
    /// For each task that is shown, the number of hidden tasks that look like it and come after it.
    private final int[] more;

    TaskShapes(TaskTree tree) {
        this.tree = tree;
        int size = tree.tasks().size();
        this.shapes = shapes(tree);
        this.hidden = new boolean[size];
        this.more = new int[size];
        hide();
    }

    boolean isShown(int task) {
        return !hidden[task];
    }

    /// Returns the number of tasks like this one that are not shown; 0 unless this is the last one that is
    /// shown.
    int more(int task) {
        return more[task];
    }

    /// Runs from the end, since the tasks below a task come after it.
    private static int[] shapes(TaskTree tree) {
        int size = tree.tasks().size();
        int[] shapes = new int[size];
        List<@Nullable List<Integer>> below = new ArrayList<>(Collections.nCopies(size, null));
        Map<Shape, Integer> known = new HashMap<>();
        for (int i = size - 1; i >= 0; i--) {
            TaskTree.Entry task = tree.tasks().get(i);
            List<Integer> children = below.get(i);
            Shape shape = new Shape(text(task), children == null ? List.of() : children);
            int number = known.computeIfAbsent(shape, _ -> known.size());
            shapes[i] = number;
            below.set(i, null);
            if (task.parent() >= 0) siblings(below, task.parent()).add(number);
        }
        return shapes;
    }

    private static List<Integer> siblings(List<@Nullable List<Integer>> below, int parent) {
        List<Integer> known = below.get(parent);
        if (known != null) return known;
        List<Integer> fresh = new ArrayList<>();
        below.set(parent, fresh);
        return fresh;
    }

    private static String text(TaskTree.Entry task) {
        String cancelled = task.cancelled() == null ? "" : task.cancelled().toString();
        return String.format(Locale.ROOT, "%s|%s|%s|%s|%s|%s|%s|%s", withoutDigits(task.name()),
                task.nursery() == null ? "" : withoutDigits(task.nursery()),
                task.notes().keySet(), task.state(), task.elapsed() == null,
                task.waitsFor() == null ? "" : withoutDigits(task.waitsFor()), withoutDigits(cancelled),
                task.stack());
    }

    private static String withoutDigits(String text) {
        return text.replaceAll("[0-9]+", "#");
    }

    private void hide() {
        Map<Group, List<Integer>> groups = new HashMap<>();
        for (int i = 0; i < shapes.length; i++) {
            Group group = new Group(tree.tasks().get(i).parent(), shapes[i]);
            groups.computeIfAbsent(group, _ -> new ArrayList<>()).add(i);
        }
        for (List<Integer> alike : groups.values()) {
            if (alike.size() <= MOST_ALIKE) continue;
            for (int i = SHOWN; i < alike.size(); i++) hidden[alike.get(i)] = true;
            more[alike.get(SHOWN - 1)] = alike.size() - SHOWN;
        }
        for (int i = 0; i < shapes.length; i++) {
            int parent = tree.tasks().get(i).parent();
            if (parent >= 0 && hidden[parent]) hidden[i] = true;
        }
    }
}
