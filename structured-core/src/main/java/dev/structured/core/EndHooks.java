package dev.structured.core;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The hooks that run when a task has ended. **Thread-safe.**
final class EndHooks {
    /// Guarded by this.
    private List<Runnable> hooks = List.of();
    private final Consumer<Throwable> dropped;

    /// @param dropped gets the exceptions of the hooks
    EndHooks(Consumer<Throwable> dropped) {
        this.dropped = dropped;
    }

    synchronized void add(Runnable hook) {
        List<Runnable> known = hooks.isEmpty() ? new ArrayList<>(1) : hooks;
        known.add(hook);
        hooks = known;
    }

    synchronized void remove(Runnable hook) {
        if (!hooks.isEmpty()) hooks.remove(hook);
    }

    private synchronized List<Runnable> takeAll() {
        List<Runnable> taken = hooks; // takes no space
        hooks = List.of();
        return taken;
    }

    /// Runs the hooks, each once even if this is called several times.
    void run() {
        List<Runnable> taken = takeAll();
        for (int i = 0; i < taken.size(); i++) {
            try {
                taken.get(i).run();
            } catch (Throwable thrown) {
                dropped.accept(thrown);
            }
        }
    }
}
