package dev.structured.core;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// The tasks of one nursery, or the roots of one scheduler: a list that runs through the tasks themselves, so
/// that adding and removing one takes no space and no search. Guarded by its owner's lock.
class TaskList {
    private @Nullable Task<?> first;

    boolean isEmpty() {
        return first == null;
    }

    void add(Task<?> task) {
        Task<?> second = first;
        task.next = second;
        if (second != null) second.previous = task;
        first = task;
    }

    /// Takes out a task that is in the list.
    void remove(Task<?> task) {
        Task<?> before = task.previous;
        Task<?> after = task.next;
        if (before == null) first = after;
        else
            before.next = after;
        if (after != null) after.previous = before;
        task.previous = null; // a reference to the task is not to keep its neighbours
        task.next = null;
    }

    /// Counted by walking.
    int size() {
        int size = 0;
        for (Task<?> task = first; task != null; task = task.next) size++;
        return size;
    }

    void addAllTo(Collection<Task<?>> tasks) {
        for (Task<?> task = first; task != null; task = task.next) tasks.add(task);
    }
}
