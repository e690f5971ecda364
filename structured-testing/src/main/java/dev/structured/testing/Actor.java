package dev.structured.testing;

import org.jspecify.annotations.Nullable;

/// A thread of a simulation, or an alarm, which is a thread while it rings. All of its state belongs to the
/// thread that has the baton.
final class Actor {
    private static final long NEVER = Long.MAX_VALUE;

    final int number;
    final String name;
    final Runnable body;
    final boolean isAlarm;

    /// Null while it is an alarm that does not ring.
    @Nullable
    Thread thread;
    /// True from when the baton first comes to it.
    boolean started;
    boolean parked;
    /// True if it was unparked before it parked.
    boolean permit;
    /// Its interrupt flag while it waits for the baton: a thread cannot park while its real flag is set. The
    /// thread itself also writes it, without the baton, when it finds its real flag set.
    volatile boolean flagged;
    /// The thing that it waits for.
    @Nullable
    Object blocker;
    /// The time at which an alarm rings next.
    long at = NEVER;
    /// The number of times that it has called the platform of a simulation that is over.
    int refusals;

    /// For the schedule: the first step at which it may go on, and its rank.
    long heldUntil;
    long priority;

    Actor(int number, String name, Runnable body, boolean isAlarm) {
        this.number = number;
        this.name = name;
        this.body = body;
        this.isAlarm = isAlarm;
    }

    boolean isSet() {
        return at != NEVER;
    }

    /// Returns true if it is an alarm that would begin to ring if it got the baton.
    boolean isDue() {
        return at != NEVER && thread == null;
    }

    boolean isInterrupted() {
        Thread known = thread;
        return flagged || (known != null && known.isInterrupted());
    }

    /// Returns true if it could go on: it does not wait, or was interrupted while it waits. An interrupt may
    /// come from any thread, so this looks for it.
    boolean isRunnable() {
        if (parked && isInterrupted()) parked = false;
        return !parked;
    }
}
