package dev.structured.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The times at which one scope is to be cancelled: its deadline, and the end of the grace after a requested
/// stop. It is also the scope's entry among the scheduler's [Deadlines], set for the earlier of the two.
///
/// Made when the first time is set. Armed at entry, and not at the first wait: the body may go straight into
/// blocking code that the kernel knows nothing of. A thread that looks after the time counts it as passed,
/// whether or not the alarm has rung. All writes are guarded by the scope's lock.
abstract class ScopeTimes extends Deadlines.Entry {
    private static final long NONE = -1;

    /// In the scheduler's nanoseconds; [Nanos#NEVER] where there is none.
    private volatile long deadline = Nanos.NEVER;
    /// Before the entry, the length of the grace that begins at the entry.
    private volatile long stop = Nanos.NEVER;
    private volatile boolean stopRequested;
    /// True once the deadline has tried to be the scope's first reason.
    private volatile boolean expired;

    /// The length of a timeout, in nanoseconds, that begins at an entry which is still to come; otherwise
    /// NONE.
    private long timeout = NONE;
    /// When the scope was entered, or when this was made if that came later.
    private long since;
    /// The clock of the deadline; null if it is the same on every clock, or counts from the entry.
    private @Nullable Platform clock;

    ScopeTimes(long since) {
        super(true);
        this.since = since;
    }

    /// The scope is entered now.
    ///
    /// @throws IllegalArgumentException if the deadline is on another clock
    void entered(Platform platform) {
        if (clock != null && clock != platform) deadline().on(platform);
        long now = platform.nanoTime();
        since = now;
        if (timeout >= 0) {
            deadline = Nanos.after(now, timeout);
            clock = platform;
        }
        if (stopRequested) stop = Nanos.after(now, stop);
        timeout = NONE;
    }

    long since() {
        return since;
    }

    /// Returns the time of the earlier end; [Nanos#NEVER] if there is none.
    long end() {
        return Math.min(deadline, stop);
    }

    /* --- The deadline --- */

    void deadline(Deadline end) {
        timeout = NONE;
        clock = end.clock();
        deadline = end.on(clock);
    }

    /// Sets the deadline to a time after the entry, before the entry.
    void timeout(long nanos) {
        deadline = Nanos.NEVER;
        timeout = nanos;
    }

    Deadline deadline() {
        return Deadline.at(clock, deadline);
    }

    /// Returns the clock of the deadline; null if it is the same on every clock, or counts from the entry.
    @Nullable
    Platform clock() {
        return clock;
    }

    /// Returns true if the deadline counts from an entry that is still to come.
    boolean isRelative() {
        return timeout >= 0;
    }

    boolean isDeadlinePast(long now) {
        return deadline <= now;
    }

    /// Notes that the deadline is about to become the scope's reason, unless another reason comes first.
    void expiring() {
        expired = true;
    }

    boolean expired() {
        return expired;
    }

    /// Returns the time from the entry to the deadline.
    Duration allowed() {
        // The difference alone may overflow.
        return Duration.ofNanos(deadline <= since ? 0 : deadline - since);
    }

    /// Returns the time from the entry to now.
    Duration spent(long now) {
        return Duration.ofNanos(now - since);
    }

    /* --- The stop --- */

    /// Asks for a stop whose grace begins at the entry, before the entry. Of several requests the earliest
    /// end counts.
    void stopAfterEntry(long nanos) {
        stop = Math.min(stop, nanos);
        stopRequested = true;
    }

    /// Asks for a stop whose grace ends at the time, unless a former request has an earlier end.
    void stopAt(long nanos) {
        stop = Math.min(stop, nanos);
        stopRequested = true;
    }

    boolean isStopRequested() {
        return stopRequested;
    }

    boolean isGraceOver(long now) {
        return stop <= now;
    }
}
