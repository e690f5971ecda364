package dev.structured.core;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A fair queue of waiting tasks: the low-level primitive from which locks, events and joins are made.
///
/// Tasks park at the end and are unparked from the front. A task that is cancelled leaves the queue, and an
/// unpark goes to the next task, so a wake-up is never lost to a task that is gone. The idea, and the name,
/// are Trio's.
///
/// [#parkIf] differs from Trio. In Trio nothing can happen between checking a condition and parking. With
/// real threads it can, so the lot checks the condition while holding its lock. The rule for a primitive made
/// of this: change the state so that other threads see it, *then* unpark.
///
/// A lot can be [broken][#breakLot] when no task is left that would unpark. Tasks that wait, or come later,
/// then get an exception.
public final class ParkingLot {
    /*
     * A wait is in the queue of the lot that its `lot` names, or in none: `lot` is written under the lock of
     * the lot that it names or named. A wait on its way to another lot is in none, and gets there only if it
     * is still pending when that lot has become its `lot`. So a wait that is aborted on the way is either not
     * queued there, or finds the lot that it has to leave.
     */
    private final Object lock = new Object();
    private final Object purpose;

    /// All guarded by the lock.
    private @Nullable Parked first;
    private @Nullable Parked last;
    private int waiting;
    private @Nullable String brokenBy;

    /// A wait that can be in a lot, with its neighbours there. Written under the lock of that lot.
    static final class Parked extends Wait<ParkingLot> {
        volatile @Nullable ParkingLot lot;
        @Nullable
        Parked previous;
        @Nullable
        Parked next;

        /// A wait of the calling task.
        Parked(Task<?> task, Object purpose) {
            super(task, purpose, true);
        }
    }

    /// Makes an empty lot.
    public ParkingLot() {
        this("a parking lot");
    }

    /// Makes an empty lot.
    ///
    /// @param purpose the thing that tasks wait for in it; its `toString` is shown in the task tree and in
    ///     thread dumps
    public ParkingLot(Object purpose) {
        this.purpose = purpose;
    }

    /* --- Waiting --- */

    /// Waits until unparked. **Checkpoint.**
    ///
    /// @throws BrokenException if the lot is broken, or is broken during the wait
    /// @throws IllegalStateException if the calling thread runs no task
    public void park() {
        parkIf(() -> true);
    }

    /// Waits until unparked, if the condition holds. **Checkpoint.**
    ///
    /// @param condition evaluated once, under the lot's lock: it must be quick and must not block
    /// @return true if the task was parked and unparked again, false if the condition did not hold
    /// @throws BrokenException if the condition holds and the lot is broken, or is broken during the wait
    /// @throws IllegalStateException if the calling thread runs no task
    public boolean parkIf(BooleanSupplier condition) {
        Task<?> task = Task.current("ParkingLot.park");
        task.checkCancelled();
        StackRoom.require();
        Parked wait = new Parked(task, purpose);
        task.racePoint("task parks");
        if (!appendIf(condition, wait)) {
            task.schedulePoint();
            return false;
        }
        if (wait.awaitDecision()) return true;
        task.racePoint("wait was aborted");
        leave(wait);
        throw wait.failure();
    }

    /// Puts the wait at the end, if the condition holds.
    boolean appendIf(BooleanSupplier condition, Parked wait) {
        synchronized (lock) {
            if (!condition.getAsBoolean()) return false;
            if (brokenBy != null) throw new BrokenException(purpose, brokenBy, null);
            wait.lot = this;
            append(wait);
            return true;
        }
    }

    /// Takes a wait that is decided out of the lot that it is in by now.
    static void leave(Parked wait) {
        for (ParkingLot in = wait.lot; in != null; in = wait.lot) {
            synchronized (in.lock) {
                if (wait.lot == in) in.remove(wait);
            }
        }
    }

    /* --- Waking --- */

    /// **Wakes** up to `count` tasks, those that have waited longest first. **Thread-safe.**
    ///
    /// @return how many were woken
    /// @throws IllegalArgumentException if the count is negative
    public int unpark(int count) {
        requireCount(count);
        StackRoom.requireToFinish();
        int woken = 0;
        while (woken < count) {
            Parked wait = poll();
            if (wait == null) break;
            if (wait.finish(this)) woken++;
        }
        return woken;
    }

    /// **Wakes** every task that waits now. **Thread-safe.**
    ///
    /// @return how many were woken
    public int unparkAll() {
        StackRoom.requireToFinish();
        int woken = 0;
        Parked wait = takeAll();
        while (wait != null) {
            Parked following = wait.next; // read before the task can run on and let go of the wait
            if (wait.finish(this)) woken++;
            wait = following;
        }
        return woken;
    }

    /// Moves up to `count` tasks, those that have waited longest first, to the end of another lot, in their
    /// order and without waking them. **Thread-safe**, but not in one step: a task on its way is in neither
    /// lot, and an [#unpark] of either lot misses it. The code that moves tasks and the code that wakes them
    /// have to use a common lock.
    ///
    /// @return how many were moved
    /// @throws IllegalArgumentException if the count is negative, or the other lot is this one
    public int repark(int count, ParkingLot other) {
        requireCount(count);
        if (other == this) throw new IllegalArgumentException("Tasks cannot be moved from a lot to itself");
        StackRoom.requireToFinish();
        int moved = 0;
        while (moved < count) {
            Parked wait = poll();
            if (wait == null) break;
            wait.task.racePoint("wait is moved");
            if (other.take(wait)) moved++;
        }
        return moved;
    }

    private boolean take(Parked wait) {
        String broken;
        synchronized (lock) {
            broken = brokenBy;
            if (broken == null) {
                wait.lot = this;
                if (!wait.isDecided()) append(wait);
                else
                    wait.lot = null;
                return wait.lot != null;
            }
        }
        return wait.breakOff(purpose, broken);
    }

    private static void requireCount(int count) {
        if (count < 0) throw new IllegalArgumentException("count must not be negative: " + count);
    }

    /* --- Breaking --- */

    /// Breaks the lot for good: **wakes** every task that waits, with a [BrokenException], and
    /// refuses those that come later with one. The first reason stays. **Thread-safe.**
    ///
    /// @param why in words
    public void breakLot(String why) {
        StackRoom.requireToFinish();
        Parked wait;
        String reason;
        synchronized (lock) {
            if (brokenBy == null) brokenBy = why;
            reason = brokenBy;
            wait = takeAll();
        }
        while (wait != null) {
            Parked following = wait.next;
            wait.breakOff(purpose, reason);
            wait = following;
        }
    }

    /// Breaks the lot when the task ends, or at once if it has ended. For a lot that no other task would
    /// unpark.
    /// **Thread-safe.**
    public void addBreaker(Task<?> task) {
        task.addHook(new Breaker(this, task));
    }

    /// Undoes [#addBreaker]; does nothing if there is nothing to undo. **Thread-safe.**
    public void removeBreaker(Task<?> task) {
        task.removeHook(new Breaker(this, task));
    }

    private record Breaker(ParkingLot lot, Task<?> task) implements Runnable {
        @Override
        public void run() {
            lot.breakLot("task '" + task.path() + "', which it depends on, has ended");
        }
    }

    /* --- The queue --- */

    /// The statistics of a lot at one moment.
    ///
    /// @param waiting the number of tasks that wait
    /// @param brokenBy the reason why it is broken, in words; null if it is not
    public record Statistics(int waiting, @Nullable String brokenBy) {}

    /// Returns its statistics. **Thread-safe.**
    public Statistics statistics() {
        synchronized (lock) {
            return new Statistics(waiting, brokenBy);
        }
    }

    private @Nullable Parked poll() {
        synchronized (lock) {
            Parked wait = first;
            if (wait == null) return null;
            remove(wait);
            return wait;
        }
    }

    /// Empties the lot and returns its first wait, which links to the others. Later waits are not among them.
    private @Nullable Parked takeAll() {
        synchronized (lock) {
            Parked head = first;
            for (Parked wait = head; wait != null; wait = wait.next) wait.lot = null;
            first = null;
            last = null;
            waiting = 0;
            return head;
        }
    }

    private void append(Parked wait) {
        wait.previous = last;
        if (last == null) first = wait;
        else
            last.next = wait;
        last = wait;
        waiting++;
    }

    private void remove(Parked wait) {
        if (wait.previous == null) first = wait.next;
        else
            wait.previous.next = wait.next;
        if (wait.next == null) last = wait.previous;
        else
            wait.next.previous = wait.previous;
        wait.previous = null;
        wait.next = null;
        wait.lot = null;
        waiting--;
    }

    @Override
    public String toString() {
        return "ParkingLot[" + Words.of(purpose) + " waiting=" + statistics().waiting() + "]";
    }
}
