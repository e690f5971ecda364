package dev.structured.core;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The hooks that run when a task has ended. **Thread-safe.**
final class EndHooks {
    /// Guarded by this.
    private final List<Runnable> hooks = new ArrayList<>(1);

    synchronized void add(Runnable hook) {
        hooks.add(hook);
    }

    synchronized void remove(Runnable hook) {
        hooks.remove(hook);
    }

    private synchronized List<Runnable> takeAll() {
        List<Runnable> taken = List.copyOf(hooks);
        hooks.clear();
        return taken;
    }

    /// Runs the hooks, each once even if this is called several times.
    ///
    /// @param dropped gets the exceptions of the hooks
    void run(Consumer<Throwable> dropped) {
        for (Runnable hook : takeAll()) {
            try {
                hook.run();
            } catch (Throwable thrown) {
                dropped.accept(thrown);
            }
        }
    }
}
