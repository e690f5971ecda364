package dev.structured.core.sync;

import dev.structured.core.Checkpoints;
import dev.structured.core.Completion;
import dev.structured.core.Instrument;
import dev.structured.core.ParkingLot;
import dev.structured.core.Wait;
import java.util.ArrayList;
import java.util.List;
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
    /// Guarded by the lock.
    private List<Runnable> hooks = new ArrayList<>(0);
    private final Object lock = new Object();
    /// Written before the lot and the list are emptied. A task that enters one of them reads it under that
    /// one's lock. So the task either sees that the event is set, or is in there when it is emptied.
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
        List<Runnable> told;
        synchronized (lock) {
            told = hooks; // takes no space
            hooks = List.of();
        }
        for (int i = 0; i < told.size(); i++) runGuarded(told.get(i));
    }

    /// A hook that throws is in the way neither of the others nor of the task that sets the event.
    @SuppressWarnings("SwallowedCancelled") // the next checkpoint throws again
    private static void runGuarded(Runnable hook) {
        try {
            hook.run();
        } catch (Throwable thrown) {
            Instrument.reportDropped(thrown);
        }
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
        synchronized (lock) {
            if (!set) {
                hooks.add(hook);
                return;
            }
        }
        runGuarded(hook);
    }

    @Override
    public void removeHook(Runnable hook) {
        synchronized (lock) {
            if (!hooks.isEmpty()) hooks.remove(hook);
        }
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
