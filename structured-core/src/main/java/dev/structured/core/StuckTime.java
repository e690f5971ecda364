package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// How long a task has gone on since it was told of one cancellation. A task that began after the
/// cancellation is told as it begins. Waits of ours and code behind a shield do not count: the task is where
/// it may be.
///
/// In the time of foreign code. Guarded by the task's gate.
final class StuckTime {
    /// Short, so that a timeout around code that swallows one interrupt is still about as long as it says.
    private static final long FIRST_PAUSE = 2_000_000;
    private static final long LONGEST_PAUSE = 5_000_000_000L;

    /// The cancellation: each has a reason of its own.
    final CancelReason reason;
    private final Platform platform;
    /// When the task was told, later by the pauses that are over.
    private long since;
    private long pausedAt;
    /// The pause before the task is interrupted again, and when that is over.
    private long pause = FIRST_PAUSE;
    private long due;
    /// True once a log entry has said that the task is stuck.
    private boolean reported;

    private StuckTime(CancelReason reason, Platform platform, boolean reported) {
        this.reason = reason;
        this.platform = platform;
        this.since = platform.nanoTime();
        this.due = since + pause;
        this.reported = reported;
    }

    /// The task is told of a cancellation.
    ///
    /// @param earlier of the cancellation that it was told of before; null if this is the first
    static StuckTime after(@Nullable StuckTime earlier, CancelReason reason, Platform platform) {
        return new StuckTime(reason, platform, earlier != null && earlier.reported);
    }

    /// The interrupt has been taken back.
    void pause() {
        pausedAt = platform.nanoTime();
    }

    /// The task is interrupted for the same cancellation again.
    void goOn() {
        long now = platform.nanoTime();
        since += now - pausedAt;
        due = now + pause;
    }

    /// Returns true if the pause is over. The last quarter of it does not count, so that tasks that are due
    /// at about the same time are interrupted together.
    boolean isDue() {
        return platform.nanoTime() >= due - pause / 4;
    }

    /// The task has been interrupted again because of its [pause][#isDue()]. The next one is longer.
    void reminded() {
        pause = Math.min(2 * pause, LONGEST_PAUSE);
        due = platform.nanoTime() + pause;
    }

    /// Returns the time at which the task is to be interrupted again.
    long due() {
        return due;
    }

    long nanos() {
        return platform.nanoTime() - since;
    }

    /// Returns true the first time, for all cancellations of the task.
    boolean isFirstReport() {
        boolean first = !reported;
        reported = true;
        return first;
    }
}
