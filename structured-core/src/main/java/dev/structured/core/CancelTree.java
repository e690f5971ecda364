package dev.structured.core;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Consumer;

/// Walks down the tree of tasks and scopes. The way up is [ScopesAbove].
///
/// ```
///   run scope ◀── scope ◀── nursery's scope ◀── scope ◀── scope         ◀── parent, fixed at entry
///       ▲                        │                          ▲
///      root task (owner)         └─ children ─▶ task ───────┘           innermost scope of a task
/// ```
///
/// No lock guards the tree as a whole. Each scope knows its parent, which is exchanged for the base scope of a task
/// that is being [started][Starting], once, and for no other; each task knows its innermost scope; each nursery knows
/// its children, under its own lock. That is enough to go both ways, and it keeps entering and leaving a scope free of
/// any lock that other tasks take.
///
/// A walk may miss a task that is being started, or a scope that is being entered, while it goes on. That is
/// harmless: whoever cancels marks the scope *before* it walks, and whoever is added looks up *after* it can be
/// found. It may also visit one that has just left; each visitor asks the task itself how things stand.
///
/// Iterative throughout: a tree may be thousands of levels deep.
final class CancelTree {
    private CancelTree() {}

    /// Makes every task in and below the scope notice if it is cancelled. **Wakes** those that are.
    static void deliver(CancelScope scope) {
        Task<?> owner = scope.owner();
        if (owner != null) walk(owner, task -> task.gate().deliver());
    }

    /// Lets in what the scope has hidden until now: cancellations, and requests to stop. **Wakes** whom it reaches.
    static void reveal(CancelScope scope) {
        deliver(scope);
        if (ScopesAbove.isStopRequested(scope)) SoftStop.cancelIdle(scope);
    }

    /// Adds the tasks of every nursery that the task has open.
    static void addChildren(Task<?> task, Collection<Task<?>> children) {
        CancelScope scope = task.innermost();
        while (scope != null && scope != task.base()) {
            scope.addChildrenTo(children);
            scope = scope.parent();
        }
        if (task.isRoot()) task.run().addSystemTasksTo(children);
    }

    /// Visits the task and, below it, every task of every nursery that is open.
    static void walk(Task<?> top, Consumer<Task<?>> visitor) {
        ArrayDeque<Task<?>> rest = new ArrayDeque<>();
        Set<Task<?>> started = null; // these hang at two places until they are ready
        rest.add(top);
        while (!rest.isEmpty()) {
            Task<?> task = rest.removeFirst();
            if (task.wasStarted()) {
                if (started == null) started = Collections.newSetFromMap(new IdentityHashMap<>());
                if (!started.add(task)) continue;
            }
            visitor.accept(task);
            addChildren(task, rest);
        }
    }
}
