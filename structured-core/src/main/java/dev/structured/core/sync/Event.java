package dev.structured.core.sync;

import dev.structured.core.Checkpoints;
import dev.structured.core.Completion;
import dev.structured.core.CompletionHooks;
import dev.structured.core.Instrument;
import dev.structured.core.ParkingLot;
import dev.structured.core.Wait;
import org.jspecify.annotations.Nullable;

/// An event that happens once, and that tasks wait for: a server is ready, a file has been read.
///
/// ```java
/// Event ready = new Event("the cache is warm");
/// nursery.startSoon("warm up", () -> {
///     cache.load();
///     ready.set();
/// });
/// ready.await();
/// ```
///
/// It cannot be unset. For events that happen more than once, use a channel or a [TaskCondition].
public final class Event implements Completion {
    private final String label;
    private final ParkingLot lot = new ParkingLot(this);
    private final CompletionHooks hooks = new CompletionHooks(Instrument::reportDropped);
    /// Written before the lot is emptied and the hooks are run. A task that enters the lot reads it under the
    /// lot's lock, one that adds a hook reads it afterwards. So each either sees that the event is set, or is
    /// in there.
    private volatile boolean set;

    /// Makes an event that has not happened.
    public Event() {
        this(null);
    }

    /// Makes an event that has not happened.
    ///
    /// @param name shown in the task tree and in messages; null for none
    public Event(@Nullable String name) {
        label = name == null ? "an event" : "event '" + name + "'";
    }

    /// Sets the event and **wakes** every task that waits for it. Does nothing if it is set.
    /// **Thread-safe. Not a checkpoint.**
    public void set() {
        if (set) return;
        Wait.requireStack();
        set = true;
        lot.unparkAll();
        hooks.run();
    }

    /// Returns true if it has happened. **Thread-safe. Not a checkpoint.**
    public boolean isSet() {
        return set;
    }

    /// Waits until it has happened. **Checkpoint.**
    ///
    /// @throws IllegalStateException if the calling thread runs no task
    public void await() {
        if (set) Checkpoints.quickCheckpoint();
        else
            lot.parkIf(() -> !set);
    }

    /// Returns [#isSet()]. **Thread-safe.**
    @Override
    public boolean isDone() {
        return set;
    }

    @Override
    public void addHook(Runnable hook) {
        hooks.add(hook);
        if (set) hooks.run();
    }

    @Override
    public void removeHook(Runnable hook) {
        hooks.remove(hook);
    }

    /// The statistics of an event at one moment.
    ///
    /// @param isSet whether it has happened
    /// @param waiting the number of tasks that wait for it
    public record Statistics(boolean isSet, int waiting) {}

    /// Returns its statistics. **Thread-safe.**
    public Statistics statistics() {
        return new Statistics(set, lot.statistics().waiting());
    }

    @Override
    public String toString() {
        return label;
    }
}
