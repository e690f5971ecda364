package dev.structured.core;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A fair queue of waiting tasks: the low-level primitive of which locks, events and joins are made.
///
/// Tasks park at the end and are unparked from the front. A task that is cancelled leaves the queue, and an unpark
/// goes to the next one: a wake-up is never lost on a task that is gone. The idea, and the name, are Trio's.
///
/// What differs from Trio is [#parkIf]. There, nothing can happen between looking at a condition and parking; with
/// real threads it can, so the condition is looked at under the lot's lock. The rule for a primitive made of this:
/// change the state so that other threads see it, *then* unpark.
public final class ParkingLot {
    private final Object lock = new Object();

    /// All guarded by the lock.
    private @Nullable Wait first;
    private @Nullable Wait last;
    private int waiting;

    private final Object purpose;

    /// Makes an empty lot.
    public ParkingLot() {
        this("a parking lot");
    }

    /// Makes an empty lot.
    ///
    /// @param purpose what tasks wait for in it; its `toString` is shown in the task tree and in thread dumps
    public ParkingLot(Object purpose) {
        this.purpose = purpose;
    }

    /// Waits until unparked. **Checkpoint.**
    ///
    /// @throws IllegalStateException if the calling thread runs no task
    public void park() {
        parkIf(() -> true);
    }

    /// Waits until unparked, if the condition holds. **Checkpoint.**
    ///
    /// @param condition evaluated once, under the lot's lock: it must be quick and must not block
    /// @return true if the task was parked and unparked again, false if the condition did not hold
    /// @throws IllegalStateException if the calling thread runs no task
    public boolean parkIf(BooleanSupplier condition) {
        Task<?> task = Task.current("ParkingLot.park");
        task.checkCancelled();
        Wait wait = new Wait(task, true);
        RacePoint.at(task, "task parks");
        boolean parks;
        synchronized (lock) {
            parks = condition.getAsBoolean();
            if (parks) append(wait);
        }
        if (!parks) {
            task.schedulePoint();
            return false;
        }
        if (wait.await(purpose)) return true;
        RacePoint.at(task, "wait was aborted");
        synchronized (lock) {
            remove(wait);
        }
        throw wait.cancelled();
    }

    /// **Wakes** up to `count` tasks, those that have waited longest first. **Thread-safe.**
    ///
    /// @return how many were woken
    /// @throws IllegalArgumentException if the count is negative
    public int unpark(int count) {
        if (count < 0) throw new IllegalArgumentException("count must not be negative: " + count);
        int woken = 0;
        while (woken < count) {
            Wait wait = poll();
            if (wait == null) break;
            if (wait.complete()) woken++;
        }
        return woken;
    }

    /// **Wakes** every task that waits now. **Thread-safe.**
    ///
    /// @return how many were woken
    public int unparkAll() {
        int woken = 0;
        Wait wait = takeAll();
        while (wait != null) {
            Wait following = wait.next; // read before the task can run on and let go of the wait
            if (wait.complete()) woken++;
            wait = following;
        }
        return woken;
    }

    /// Returns how many tasks wait. **Thread-safe.**
    public int waiting() {
        synchronized (lock) {
            return waiting;
        }
    }

    private @Nullable Wait poll() {
        synchronized (lock) {
            Wait wait = first;
            if (wait != null) remove(wait);
            return wait;
        }
    }

    /// Empties the lot and returns its first wait, which leads to the others. Who comes later is not among them.
    private @Nullable Wait takeAll() {
        synchronized (lock) {
            Wait head = first;
            for (Wait wait = head; wait != null; wait = wait.next) wait.queued = false;
            first = null;
            last = null;
            waiting = 0;
            return head;
        }
    }

    private void append(Wait wait) {
        wait.previous = last;
        if (last == null) first = wait;
        else
            last.next = wait;
        last = wait;
        wait.queued = true;
        waiting++;
    }

    private void remove(Wait wait) {
        if (!wait.queued) return;
        if (wait.previous == null) first = wait.next;
        else
            wait.previous.next = wait.next;
        if (wait.next == null) last = wait.previous;
        else
            wait.next.previous = wait.previous;
        wait.previous = null;
        wait.next = null;
        wait.queued = false;
        waiting--;
    }

    @Override
    public String toString() {
        return "ParkingLot[waiting=" + waiting() + "]";
    }
}
