package dev.structured.core.sync;

import dev.structured.core.Checkpoints;
import dev.structured.core.ParkingLot;
import org.jspecify.annotations.Nullable;

/// Something that happens once, and that tasks wait for: a server is ready, a file has been read.
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
/// It does not become unset again: what happens more than once is an item in a channel, or a [TaskCondition].
public final class Event {
    private final String label;
    private final ParkingLot lot = new ParkingLot(this);
    /// Written before the lot is emptied. Who parks looks at it under the lot's lock: so either it is seen set, or the
    /// task is in the lot when that is emptied.
    private volatile boolean set;

    /// Makes an event that has not happened.
    public Event() {
        this(null);
    }

    /// Makes an event that has not happened.
    ///
    /// @param name what happens; shown in the task tree and in messages. Null if there is nothing to say
    public Event(@Nullable String name) {
        label = name == null ? "an event" : "event '" + name + "'";
    }

    /// Says that it has happened, and **wakes** every task that waits for it. Does nothing the second time.
    /// **Thread-safe. Not a checkpoint.**
    public void set() {
        if (set) return;
        set = true;
        lot.unparkAll();
    }

    /// Returns true if it has happened. **Thread-safe. Not a checkpoint.**
    public boolean isSet() {
        return set;
    }

    /// Waits until it has happened. **Checkpoint.**
    ///
    /// @throws IllegalStateException if the calling thread runs no task
    public void await() {
        if (set) {
            Checkpoints.checkCancelled();
            Checkpoints.schedulePoint();
        } else {
            lot.parkIf(() -> !set);
        }
    }

    /// What there is to know of an event at one moment.
    ///
    /// @param isSet whether it has happened
    /// @param waiting how many tasks wait for it
    public record Statistics(boolean isSet, int waiting) {}

    /// Returns its statistics. **Thread-safe.**
    public Statistics statistics() {
        return new Statistics(set, lot.waiting());
    }

    @Override
    public String toString() {
        return label;
    }
}
