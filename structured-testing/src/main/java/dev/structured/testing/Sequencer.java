package dev.structured.testing;

import dev.structured.core.Body;
import dev.structured.core.Cancelled;
import dev.structured.core.ParkingLot;
import java.util.HashSet;
import java.util.Set;

/// Makes tasks take turns in a given order, so that a test can fix the order of their steps.
///
/// ```java
/// Sequencer sequence = new Sequencer();
/// nursery.startSoon("left", () -> {
///     sequence.at(0, () -> trail.add("left first"));
///     sequence.at(2, () -> trail.add("left again"));
/// });
/// nursery.startSoon("right", () -> {
///     try (var _ = sequence.at(1)) {
///         trail.add("right in between");
///     }
/// });
/// ```
///
/// The points are 0, 1, 2, …; each is used once, by any task. **Thread-safe.**
public final class Sequencer {
    private final ParkingLot turn = new ParkingLot("its turn in a sequence");
    private final Object lock = new Object();

    /// All guarded by the lock.
    private final Set<Integer> claimed = new HashSet<>();
    private int open;
    private boolean broken;

    /// Makes a sequence at its beginning.
    public Sequencer() {}

    /// The turn of one task, which ends when it is closed.
    public final class Point implements AutoCloseable {
        private final int position;

        private Point(int position) {
            this.position = position;
        }

        /// Lets the next point begin.
        @Override
        public void close() {
            synchronized (lock) {
                open = Math.max(open, position + 1);
            }
            turn.unparkAll();
        }
    }

    /// Waits for its turn, which lasts until the point is closed. **Checkpoint.**
    ///
    /// @throws IllegalArgumentException if the position is negative
    /// @throws IllegalStateException if the position was used before, if a task that waited in this sequence
    ///     has been cancelled, so that the order cannot be kept, or if the calling thread runs no task
    public Point at(int position) {
        if (position < 0) throw new IllegalArgumentException("A sequence begins at 0: " + position);
        claim(position);
        try {
            while (turn.parkIf(() -> !isOver(position))) {
                // woken by the end of some turn; look again
            }
        } catch (Cancelled cancelled) {
            breakUp();
            throw cancelled;
        } catch (IllegalStateException noTask) {
            release(position);
            throw noTask;
        }
        requireIntact(position);
        return new Point(position);
    }

    /// Waits for its turn and runs the body in it. **Checkpoint.**
    ///
    /// @throws X if the body throws it; the next point begins all the same
    /// @throws IllegalArgumentException if the position is negative
    /// @throws IllegalStateException like [#at(int)]
    public <X extends Exception> void at(int position, Body<X> body) throws X {
        try (var _ = at(position)) {
            body.run();
        }
    }

    private void claim(int position) {
        requireIntact(position);
        synchronized (lock) {
            if (!claimed.add(position)) {
                throw new IllegalStateException(
                        "Point " + position
                                + " of the sequence was used before: give each turn its own number");
            }
        }
    }

    private void release(int position) {
        synchronized (lock) {
            claimed.remove(position);
        }
    }

    /// Returns true when the wait for a point is over, in either way.
    private boolean isOver(int position) {
        synchronized (lock) {
            return broken || open >= position;
        }
    }

    private void requireIntact(int position) {
        synchronized (lock) {
            if (!broken) return;
        }
        throw new IllegalStateException(
                "The sequence is broken: a task that waited in it was cancelled, so point " + position
                        + " would never come in its order");
    }

    private void breakUp() {
        synchronized (lock) {
            broken = true;
        }
        turn.unparkAll();
    }
}
