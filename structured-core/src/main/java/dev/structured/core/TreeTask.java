package dev.structured.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A task as a part of the tree: its run, the task that it is under, and the scopes that it is in.
abstract sealed class TreeTask permits RunningTask {
    private final Run run;
    private final String name;
    /// The task of the nursery's block; null for the root of a run.
    private final @Nullable Task<?> parent;
    /// The scope that the task lives in: its nursery's, or for a root the run's.
    private final CancelScope base;
    /// The innermost scope that the task has entered; null until it has entered one, and is in `base`.
    /// Written by the owner only. Nothing volatile is written before a task begins: each such write costs a
    /// fence.
    private volatile @Nullable CancelScope innermost;
    /// The count of [Disturbances] at which the innermost scope and those around it were last found quiet;
    /// zero if they have not been since the task entered or left a scope. Owner only.
    private long quietAt;
    /// The scope between the base and the scopes that the task has entered; null until the task is cancelled
    /// alone. See [OwnScope].
    private volatile @Nullable CancelScope own;
    /// The names of its children's threads. Written by the task that starts one.
    private @Nullable ThreadNames threadNames;

    /// The root of a new run.
    TreeTask(Scheduler scheduler, String name) {
        this.run = new Run(scheduler, self());
        this.name = name;
        this.parent = null;
        this.base = new CancelScope(name);
    }

    /// A task below another.
    ///
    /// @param base the scope that it lives in
    TreeTask(String name, Task<?> parent, CancelScope base) {
        this.run = parent.run();
        this.name = Objects.requireNonNull(name, "name");
        this.parent = parent;
        this.base = base;
    }

    private Task<?> self() {
        return (Task<?>) this;
    }

    /* --- Its run --- */

    Run run() {
        return run;
    }

    Scheduler scheduler() {
        return run.scheduler;
    }

    Platform platform() {
        return run.platform;
    }

    Deadlines deadlines() {
        return run.scheduler.deadlines();
    }

    /// Marks a place between two steps where other threads may get in: see [RacePoint]. The caller need not
    /// be this task.
    void racePoint(String where) {
        RacePoint.at(run.platform, where);
    }

    /* --- The tasks above it --- */

    String name() {
        return name;
    }

    @Nullable
    Task<?> parent() {
        return parent;
    }

    boolean isRoot() {
        return run.root == this;
    }

    /// Returns the last `depth` names of the path, after an ellipsis if there are more: in a deep tree full
    /// paths would take space in the square of the depth.
    String path(int depth) {
        if (parent == null) return name;
        ArrayDeque<String> names = new ArrayDeque<>();
        Task<?> task = self();
        for (int i = 0; task != null && i < depth; i++) {
            names.addFirst(task.name());
            task = task.parent();
        }
        if (task != null) names.addFirst("…");
        return String.join("/", names);
    }

    /// Returns the name for the thread of a child of this task: the last names of its path.
    String threadNameOf(Task<?> child) {
        ThreadNames last = threadNames;
        ThreadNames names = last == null
                ? ThreadNames.of(path(ThreadNames.MOST_NAMES - 1) + "/", child.name())
                : last.with(child.name());
        threadNames = names;
        return names.whole();
    }

    /* --- Its scopes --- */

    CancelScope base() {
        return base;
    }

    /// Returns true if the task has a base scope of its own, because [Nursery#start] has to move it.
    boolean wasStarted() {
        return parent != null && base.owner() == this;
    }

    CancelScope innermost() {
        CancelScope entered = innermost;
        if (entered != null) return entered;
        CancelScope alone = own;
        return alone == null ? base : alone;
    }

    /// The task has entered or left a scope. **Owner only.**
    ///
    /// @param scope the base if the task has left all others
    void innermost(CancelScope scope) {
        quietAt = 0;
        innermost = scope == base ? null : scope;
    }

    @Nullable
    CancelScope own() {
        return own;
    }

    /// Makes the scope of this task alone, unless there is one. **Thread-safe.**
    synchronized CancelScope putOwn() {
        CancelScope known = own;
        if (known != null) return known;
        CancelScope fresh = new CancelScope(name);
        fresh.enterAsOwn(self());
        own = fresh;
        return fresh;
    }

    /// Returns the names of its scopes, the innermost first, without the one that it lives in.
    /// **Thread-safe.**
    List<String> scopeNames() {
        List<String> names = new ArrayList<>();
        for (CancelScope scope = innermost(); scope != null && scope != base; scope = scope.parent()) {
            if (scope != own) names.add(scope.name());
        }
        return names;
    }

    /// Returns true if no scope around the task is cancelled or limited in time, so that no closer look is
    /// needed. **Owner only.**
    boolean isQuiet() {
        long count = run.disturbances.count();
        return quietAt == count || lookAround(count);
    }

    private boolean lookAround(long count) {
        CancelScope in = innermost();
        boolean quiet = CancelLookup.isQuiet(in, run.disturbances);
        if (in.wasQuietAt(count)) quietAt = count;
        return quiet;
    }

    /// Returns the reason why the task is cancelled right now, or null. Computed from the scopes, never
    /// stored. **Thread-safe.**
    @Nullable
    CancelReason cancelReason() {
        CancelScope in = innermost();
        return in.wasQuietAt(run.disturbances.count()) ? null : CancelLookup.reason(in);
    }

    boolean isCancelled() {
        return cancelReason() != null;
    }

    /// Returns the scope that [#cancelReason()] belongs to, or null.
    @Nullable
    CancelScope cancelledScope() {
        return CancelLookup.cancelled(innermost());
    }
}
