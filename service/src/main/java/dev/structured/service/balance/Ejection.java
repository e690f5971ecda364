package dev.structured.service.balance;

import dev.structured.service.config.EjectionConfig;
import dev.structured.service.config.Labelled;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Knows whether an endpoint is left alone, and why. Guarded by its [Endpoint].
///
/// ```
///   asked ── failures, or a pause that it asks for ──▶ ejected ── its time is over ──▶ asked, on trial
///     ▲                                                   │                                 │
///     └────── a good call, or the first of a trial ◀──────┴──────────── fails: ejected for twice as long
/// ```
///
/// An ejected endpoint gets calls only if more than half of its peers are ejected too. Health checks are
/// separate: an endpoint gets calls when it is neither ejected nor unhealthy.
final class Ejection {
    /// The reasons why an endpoint is left alone.
    enum Cause implements Labelled {
        /// Its last calls have failed.
        FAILURES,
        /// More of its calls failed than of its peers'.
        FAILURE_RATE,
        /// It asked for a pause, by `Retry-After`.
        RETRY_AFTER,
        /// Its health checks fail.
        UNHEALTHY
    }

    /// The consequences of the end of a call.
    enum Consequence {
        /// The endpoint has failed so often that it should be left alone.
        EJECT,
        /// It gets calls again.
        BACK,
        /// Nothing changes.
        NONE
    }

    private final Outcomes outcomes = new Outcomes();
    private int failedInRow;
    private boolean onTrial;
    private boolean healthy = true;
    private @Nullable Cause ejected;
    /// The time at which it was last ejected, or came back. A call that began before that says nothing about
    /// its present state.
    private long changed;
    private boolean changedOnce;
    private long time;
    private int times;

    Outcomes outcomes() {
        return outcomes;
    }

    /// Returns the reason why it is left alone; null if it is not.
    @Nullable
    Cause cause() {
        return ejected != null || healthy ? ejected : Cause.UNHEALTHY;
    }

    /// Returns the time for which it is still ejected, in nanoseconds.
    long left(long now) {
        return ejected == null ? 0 : Math.max(0, changed + time - now);
    }

    /// Returns the time since it came back; negative if it never was away.
    long backFor(long now) {
        return changedOnce && cause() == null ? now - changed : -1;
    }

    /// Lets it come back if its time is over.
    ///
    /// @return true if it came back
    boolean review(long now) {
        if (ejected == null || left(now) > 0) return false;
        comeBack(now);
        return healthy;
    }

    private void comeBack(long now) {
        onTrial = ejected != Cause.RETRY_AFTER;
        ejected = null;
        change(now);
    }

    private void change(long now) {
        changed = now;
        changedOnce = true;
        failedInRow = 0;
        outcomes.clear();
    }

    /// Begins as a new endpoint.
    void begin(long now) {
        change(now);
    }

    /// Notes the result of a health check.
    ///
    /// @return true if it is a change
    boolean healthy(boolean now, long time) {
        if (healthy == now) return false;
        healthy = now;
        if (now && ejected == null) change(time);
        return true;
    }

    /// Notes the end of a call, which shows the state of the endpoint.
    ///
    /// @param began the time at which the call began
    /// @return the consequence
    Consequence ended(boolean failed, long began, long now, EjectionConfig config) {
        if (changedOnce && began - changed < 0) return Consequence.NONE;
        if (!failed) return endedWell(now);
        outcomes.add(true);
        if (ejected != null) return Consequence.NONE;
        failedInRow++;
        return onTrial || failedInRow >= config.failures() ? Consequence.EJECT : Consequence.NONE;
    }

    private Consequence endedWell(long now) {
        boolean back = ejected != null;
        if (back) comeBack(now);
        failedInRow = 0;
        onTrial = false;
        outcomes.add(false);
        return back && healthy ? Consequence.BACK : Consequence.NONE;
    }

    /// Leaves the endpoint alone for a while; if it has been ejected shortly before, for twice as long.
    ///
    /// @return the length of that time
    Duration eject(Cause why, long now, EjectionConfig config) {
        boolean soon = times > 0 && now - changed < time;
        times = soon ? times + 1 : 1;
        double grown = config.base().toNanos() * Math.pow(2, Math.min(times - 1, 40));
        return eject(why, now, Duration.ofNanos((long) Math.min(grown, (double) config.max().toNanos())));
    }

    /// Leaves the endpoint alone for the pause that it asks for, which may not be longer than the longest.
    Duration pause(Duration asked, long now, EjectionConfig config) {
        return eject(Cause.RETRY_AFTER, now, asked.compareTo(config.max()) < 0 ? asked : config.max());
    }

    private Duration eject(Cause why, long now, Duration forTime) {
        change(now);
        ejected = why;
        time = forTime.toNanos();
        return forTime;
    }
}
