package dev.structured.core.interop;

import java.io.IOException;
import java.time.Duration;

/// The way in which a program is ended: a signal asks it to end, and when the grace is over it is killed.
///
/// @param grace the time from the signal to the kill
/// @param signal the signal that asks it to end
/// @param ownSession whether it runs in a session of its own, all processes of which are ended
record Ending(Duration grace, Signal signal, boolean ownSession) {
    static final Ending DEFAULT = new Ending(Duration.ofSeconds(5), Signal.TERM, false);

    private static final Duration LONGEST_GRACE = Duration.ofDays(365);

    Ending {
        if (grace.isNegative())
            throw new IllegalArgumentException("The grace must not be negative: " + grace);
    }

    Ending withGrace(Duration time) {
        return new Ending(time, signal, ownSession);
    }

    Ending withSignal(Signal other) {
        return new Ending(grace, other, ownSession);
    }

    Ending withOwnSession() {
        return new Ending(grace, signal, true);
    }

    /// @throws IOException if this machine cannot end a program in this way
    void requirePossible() throws IOException {
        SignalSender.requireSends(signal);
        if (ownSession) Session.requireSupported();
    }

    /// Returns the grace in nanoseconds, a year at most.
    long graceNanos() {
        return grace.compareTo(LONGEST_GRACE) < 0 ? grace.toNanos() : LONGEST_GRACE.toNanos();
    }
}
