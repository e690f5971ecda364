package dev.structured.core;

/// How long a task has gone on since it was told of one cancellation. A task that began after the
/// cancellation is told as it begins. Waits of ours and code behind a shield do not count: the task is where
/// it may be.
///
/// In the time of foreign code. Guarded by the task's gate.
final class StuckTime {
    /// The cancellation: each has a reason of its own.
    final CancelReason reason;
    private final Platform platform;
    /// When the task was told, later by the pauses that are over.
    private long since;
    private long pausedAt;

    StuckTime(CancelReason reason, Platform platform) {
        this.reason = reason;
        this.platform = platform;
        this.since = platform.nanoTime();
    }

    /// The interrupt has been taken back.
    void pause() {
        pausedAt = platform.nanoTime();
    }

    /// The task is interrupted for the same cancellation again.
    void goOn() {
        since += platform.nanoTime() - pausedAt;
    }

    long nanos() {
        return platform.nanoTime() - since;
    }
}
