package dev.structured.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds out when nothing can happen in a scheduler any more: every task is in a wait of this library, no
/// deadline is set, and no [RunEntry] is open.
///
/// Looks twice. If every task was in the same undecided wait both times, then there was a moment between the
/// two at which all of them waited; and since only a running task, a deadline or a thread from outside
/// can end a wait, all of them still do. The search cannot know what threads from outside will do. So a
/// program has to ask for it, and announces such threads by an open entry.
final class Deadlocks {
    private final Scheduler scheduler;

    Deadlocks(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /// Stops every run if none can go on.
    void look() {
        List<Task<?>> roots = scheduler.roots();
        if (roots.isEmpty()) return;
        List<Wait<?>> first = waits(roots);
        if (first == null || first.isEmpty() || !isClosedWorld(roots)) return;
        List<Wait<?>> second = waits(scheduler.roots());
        if (!first.equals(second)) return;
        String tree = TaskTree.of(scheduler).text();
        for (Task<?> root : roots) root.run().deadlocked(tree);
    }

    private boolean isClosedWorld(List<Task<?>> roots) {
        if (!scheduler.deadlines().isEmpty()) return false;
        for (Task<?> root : roots) {
            if (root.run().hasOpenEntry()) return false;
        }
        return true;
    }

    /// Returns the wait of every task, in the order of the tree; null if one does not wait.
    private static @Nullable List<Wait<?>> waits(List<Task<?>> roots) {
        List<Wait<?>> waits = new ArrayList<>();
        int[] running = {0};
        for (Task<?> root : roots) {
            CancelTree.walk(root, task -> {
                Wait<?> wait = task.gate().pendingWait();
                if (wait == null) running[0]++;
                else
                    waits.add(wait);
            });
        }
        return running[0] > 0 ? null : waits;
    }
}
