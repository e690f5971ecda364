package dev.structured.service.balance;

import dev.structured.service.balance.Ejection.Cause;
import dev.structured.service.balance.Ejection.Consequence;
import dev.structured.service.client.EndpointAddress;
import dev.structured.service.config.EjectionConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The statistics and the state of one endpoint, which survive a reload of the configuration. Thread-safe.
///
/// Times are the scheduler's nanoseconds.
final class Endpoint {
    /// A call that was stopped, for example by a hedge that won, would have taken longer: twice as long is
    /// assumed.
    private static final int STOPPED = 2;

    final EndpointAddress address;
    private final String name;
    /// All guarded by this.
    private final Latency latency = new Latency();
    private final Ejection ejection = new Ejection();
    private @Nullable HealthWatch checker;
    private int inFlight;
    private long calls;
    private long failures;

    /// @param name its name for people, which no other endpoint of the downstream has
    Endpoint(EndpointAddress address, String name) {
        this.address = address;
        this.name = name;
    }

    /// Notes that it is new among others that have calls already.
    synchronized void joins(long now) {
        ejection.begin(now);
    }

    /* --- Choosing --- */

    /// Returns true if it must not get calls now.
    synchronized boolean isOut() {
        return ejection.cause() != null;
    }

    /// Lets it come back if its time is over.
    ///
    /// @return true if it came back
    synchronized boolean review(long now) {
        return ejection.review(now);
    }

    /// Returns its calls in flight and its expected latency.
    ///
    /// The longer an endpoint has had no call, the quicker it is assumed to be; one call is enough to find
    /// out.
    ///
    /// @param unknown the latency of an endpoint that has not answered yet
    synchronized Load load(long now, double unknown) {
        double known = inFlight == 0 ? latency.faded(now) : latency.average();
        return new Load(inFlight, latency.average() == 0 ? Math.max(1, unknown) : known);
    }

    /// Returns its usual latency in nanoseconds; 0 while it is not known.
    synchronized double latency() {
        return latency.average();
    }

    /// Returns its part of a full share of calls: less than 1 for a while after it is new.
    synchronized double share(long now, Duration slowStart) {
        long back = ejection.backFor(now);
        long whole = slowStart.toNanos();
        return back < 0 || back >= whole ? 1 : Math.max(0.1, (double) back / whole);
    }

    /* --- Calls --- */

    synchronized int inFlight() {
        return inFlight;
    }

    synchronized void begin() {
        inFlight++;
        calls++;
    }

    /// Notes the end of a call.
    ///
    /// @param outcome what the call shows of the endpoint
    /// @param began the time at which it began
    /// @param best the least latency of all endpoints; 0 while none is known
    /// @return the consequence
    synchronized Consequence end(CallOutcome outcome, long began, long now, double best,
            EjectionConfig config) {
        inFlight--;
        latency.asked(now);
        long took = now - began;
        double usual = latency.average() == 0 ? best : latency.average();
        if (outcome == CallOutcome.GOOD) latency.add(took, now);
        else if (usual > 0 && took > usual) latency.add(STOPPED * took, now);
        if (outcome == CallOutcome.UNKNOWN) return Consequence.NONE;
        if (outcome == CallOutcome.FAILED) failures++;
        return ejection.ended(outcome == CallOutcome.FAILED, began, now, config);
    }

    /// Returns the number of the last calls that are known.
    synchronized int recentCalls() {
        return ejection.outcomes().calls();
    }

    /// Returns the number of those that have failed.
    synchronized int recentFailures() {
        return ejection.outcomes().failures();
    }

    /* --- Leaving it alone --- */

    /// Leaves the endpoint alone for a while.
    ///
    /// @return the length of that time; null if it is left alone already
    synchronized @Nullable Duration eject(Cause why, long now, EjectionConfig config) {
        return ejection.cause() == null ? ejection.eject(why, now, config) : null;
    }

    /// Leaves the endpoint alone for the pause that it asks for.
    ///
    /// @return the length of that time; null if it is left alone already
    synchronized @Nullable Duration pause(Duration asked, long now, EjectionConfig config) {
        return ejection.cause() == null ? ejection.pause(asked, now, config) : null;
    }

    /// Notes who checks its health from now on. What is known goes on until that one knows better.
    ///
    /// @param watch null for nobody: it counts as healthy then
    /// @return true if it was not healthy, and is now
    synchronized boolean checkedBy(@Nullable HealthWatch watch, long now) {
        checker = watch;
        return watch == null && ejection.healthy(true, now);
    }

    /// Notes the result of a health check.
    ///
    /// @param watch whose check it was: one that has been replaced is not heard any more
    /// @return true if it is a change
    synchronized boolean healthy(boolean healthy, HealthWatch watch, long now) {
        return watch == checker && ejection.healthy(healthy, now);
    }

    /* --- For people --- */

    @Override
    public String toString() {
        return name;
    }

    synchronized EndpointView view(long now) {
        Cause cause = ejection.cause();
        return new EndpointView(name, cause == null ? null : cause.label(),
                Duration.ofNanos(ejection.left(now)), inFlight, Duration.ofNanos((long) latency.average()),
                calls,
                failures);
    }
}
