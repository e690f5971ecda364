package dev.structured.core;

import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The hooks of a [Completion], for those who write one. Adding or removing a hook takes the same time
/// however many there are. **Thread-safe.**
///
/// A completion notes that it has happened and then runs the hooks. When it has added one it looks whether it
/// has happened, and runs the hooks if so: then each hook runs once.
///
/// ```java
/// final class Delivery implements Completion {
///     private final CompletionHooks hooks = new CompletionHooks(Instrument::reportDropped);
///     private volatile boolean done;
///
///     void arrived() {
///         done = true;
///         hooks.run();
///     }
///
///     @Override
///     public boolean isDone() {
///         return done;
///     }
///
///     @Override
///     public void addHook(Runnable hook) {
///         hooks.add(hook);
///         if (done) hooks.run();
///     }
///
///     @Override
///     public void removeHook(Runnable hook) {
///         hooks.remove(hook);
///     }
/// }
/// ```
public final class CompletionHooks {
    /// How often each is to be run, in the order in which they were first added; null for none. Guarded by
    /// this.
    private @Nullable LinkedHashMap<Runnable, Integer> hooks;
    /// Runs a hook so often. Made before it is needed: at the end there may be no space.
    private final BiConsumer<Runnable, Integer> runner;

    /// Makes an empty set of hooks.
    ///
    /// @param dropped gets what the hooks throw, [Error]s too; throws nothing
    public CompletionHooks(Consumer<Throwable> dropped) {
        Objects.requireNonNull(dropped, "dropped");
        this.runner = (hook, times) -> {
            for (int i = 0; i < times; i++) run(hook, dropped);
        };
    }

    private static void run(Runnable hook, Consumer<Throwable> dropped) {
        try {
            hook.run();
        } catch (Throwable thrown) {
            dropped.accept(thrown);
        }
    }

    /// Adds a hook. One that is equal to another is run as well. **Not a checkpoint.**
    public synchronized void add(Runnable hook) {
        if (hooks == null) hooks = new LinkedHashMap<>(2);
        hooks.merge(hook, 1, Integer::sum);
    }

    /// Undoes one [#add] of an equal hook that has not been run; does nothing if there is none. **Not a
    /// checkpoint.**
    public synchronized void remove(Runnable hook) {
        if (hooks != null) hooks.computeIfPresent(hook, (_, times) -> times == 1 ? null : times - 1);
    }

    /// Runs the hooks that have been added since it was last called, on the calling thread. **Not a
    /// checkpoint.**
    public void run() {
        LinkedHashMap<Runnable, Integer> taken;
        synchronized (this) {
            taken = hooks;
            hooks = null;
        }
        if (taken != null) taken.forEach(runner);
    }
}
