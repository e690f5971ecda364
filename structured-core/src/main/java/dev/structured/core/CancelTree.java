package dev.structured.core;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Walks down the tree of tasks and scopes. The way up is [CancelLookup].
///
/// ```
///   run scope ◀── scope ◀── nursery's scope ◀── scope ◀── scope         ◀── parent, fixed at entry
///       ▲                        │                          ▲
///      root task (owner)         └─ children ─▶ task ───────┘           innermost scope of a task
/// ```
///
/// No lock guards the tree as a whole. Each scope knows its parent, each task its innermost scope, and each
/// nursery its children, under a lock of its own. That is enough to walk both ways, and entering or leaving a
/// scope takes no lock that other tasks take. Parents are fixed at entry; [TreeScope] names the two
/// exceptions.
///
/// A walk may miss a task that is being started, or a scope that is being entered, while it goes on. That is
/// harmless: a canceller marks the scope *before* it walks, and a task that is added looks up *after* it can
/// be found. It may also visit a task or a scope that has just left, so each visitor asks the task itself.
///
/// Iterative throughout: a tree may be thousands of levels deep.
final class CancelTree {
    private CancelTree() {}

    /// Called by a walk at each task and scope that it visits.
    @FunctionalInterface
    interface Visitor {
        void task(Task<?> task);

        /// Called for each scope that a visited task is in, except the scope that the task lives in.
        default void scope(CancelScope scope) {}
    }

    private static final Visitor DELIVERY = new Visitor() {
        @Override
        public void task(Task<?> task) {
            task.gate().deliver();
        }

        @Override
        public void scope(CancelScope scope) {
            scope.dropLateStarts();
        }
    };

    private static final Visitor IDLE = new Visitor() {
        @Override
        public void task(Task<?> task) {}

        @Override
        public void scope(CancelScope scope) {
            scope.cancelIfIdleAndStopping();
        }
    };

    /// Makes every task inside the scope notice if it is cancelled, and drops the late starts of cancelled
    /// nurseries. **Wakes** the tasks that are cancelled.
    static void deliver(CancelScope scope) {
        walkInside(scope, DELIVERY);
    }

    /// Lets in the cancellations and requests to stop that the scope has hidden until now. **Wakes** the
    /// tasks that they reach.
    static void reveal(CancelScope scope) {
        deliver(scope);
        if (CancelLookup.isStopRequested(scope)) cancelIdle(scope);
    }

    /// Cancels every idle scope that sees the request to stop. The request is visible by now: a scope that is
    /// entered later looks for it.
    static void cancelIdle(CancelScope stopping) {
        walkInside(stopping, IDLE);
    }

    /// Returns the redelivery of the scope's cancellation, which is not set yet.
    static Redelivery redelivery(CancelScope scope, Task<?> owner) {
        Platform platform = owner.platform().ofForeignCode();
        return new Redelivery(platform, owner.scheduler().reminders()) {
            @Override
            void deliver() {
                if (scope.isActive()) CancelTree.deliver(scope);
            }

            @Override
            void remind() {
                walkInside(scope, task -> {
                    InterruptGate gate = task.gate();
                    long goesOnFor = gate.deliverAgain() ? gate.goesOnFor() : 0;
                    long next = gate.nextDelivery();
                    if (next != Nanos.NEVER) arm(next);
                    if (isStuck(goesOnFor)) task.scheduler().instruments().taskStuck(task, goesOnFor);
                });
            }
        };
    }

    /// Adds the tasks of every nursery that the task has open.
    static void addChildren(Task<?> task, Collection<Task<?>> children) {
        for (CancelScope scope = task.innermost(); scope != null
                && scope != task.base(); scope = scope.parent()) {
            scope.addChildrenTo(children);
        }
        if (task.isRoot()) task.run().addSystemTasksTo(children);
    }

    /// Visits the task and, below it, every task of every nursery that is open.
    static void walk(Task<?> top, Visitor visitor) {
        Walk walk = new Walk(visitor);
        walk.rest.add(top);
        walk.go();
    }

    /// Visits the task that is in the scope, and every task of every nursery that is open inside the scope.
    /// Leaves out tasks beside the scope, of which there may be many. System tasks count as inside the scope
    /// of a run.
    static void walkInside(CancelScope top, Visitor visitor) {
        Task<?> owner = top.owner();
        if (owner == null) return;
        Walk walk = new Walk(visitor);
        visitor.task(owner);
        if (isIn(owner, top)) walk.visitScopes(owner.innermost(), top);
        walk.visit(top);
        if (owner.isRoot() && owner.base() == top) owner.run().addSystemTasksTo(walk.rest);
        walk.go();
    }

    /// Returns true if the task is inside the scope now; it may not have entered it yet, or have left it.
    private static boolean isIn(Task<?> task, CancelScope top) {
        for (CancelScope scope = task.innermost(); scope != null; scope = scope.parent()) {
            if (scope == top) return true;
            if (scope == task.base()) return false;
        }
        return false;
    }

    private static final class Walk {
        private final Visitor visitor;
        final ArrayDeque<Task<?>> rest = new ArrayDeque<>();
        /// Tasks that are being started: they hang at two places until they are ready.
        private @Nullable Set<Task<?>> started;

        Walk(Visitor visitor) {
            this.visitor = visitor;
        }

        void go() {
            while (!rest.isEmpty()) {
                Task<?> task = rest.removeFirst();
                if (task.wasStarted() && !isFirstVisit(task)) continue;
                visitor.task(task);
                visitScopes(task.innermost(), task.base());
                if (task.isRoot()) task.run().addSystemTasksTo(rest);
            }
        }

        private boolean isFirstVisit(Task<?> task) {
            if (started == null) started = Collections.newSetFromMap(new IdentityHashMap<>());
            return started.add(task);
        }

        /// Visits the scopes from the inside outwards, up to `end` but without it.
        void visitScopes(CancelScope from, CancelScope end) {
            for (CancelScope scope = from; scope != null && scope != end; scope = scope.parent())
                visit(scope);
        }

        void visit(CancelScope scope) {
            visitor.scope(scope);
            scope.addChildrenTo(rest);
        }
    }
}
