package dev.structured.service.admission;

import dev.structured.service.config.Priority;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// Limits the places of a limit that the pages of a class may fill. Guarded by the lock of its [Admission].
///
/// While pages of a class are refused, more and more places are reserved for it against the classes below;
/// afterwards slowly fewer. Of a hundred pages that are begun, at least one is of each class that asks; that
/// page may fill even the last place.
final class Shares {
    private static final int ONE_IN = 100;
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /// The least share of the limit that the class above a class may fill, but the class itself may not.
    private static final double LEAST = 0.05;
    private static final double MORE = 0.3;
    private static final double LESS = 0.03;

    /// In the order of the classes.
    private final Map<Priority, Share> all = new EnumMap<>(Priority.class);
    private long steppedAt;

    /// The state of one class.
    private static final class Share {
        final double least;
        double kept;
        /// The number of pages of other classes that were begun since the last one of this class.
        int passedOver;
        boolean missed;

        Share(double least) {
            this.least = least;
        }
    }

    Shares() {
        double least = 0;
        for (Priority each : Priority.values()) {
            all.put(each, new Share(least));
            least += LEAST;
        }
    }

    private Share share(Priority priority) {
        return Objects.requireNonNull(all.get(priority));
    }

    /// Returns the number of filled places up to which a page of this class may still be begun.
    int of(int limit, Priority priority) {
        Share share = share(priority);
        return owes(priority) ? limit : limit - (int) (limit * Math.max(share.kept, share.least));
    }

    /// Returns true if it is the turn of a class.
    boolean owes(Priority priority) {
        return share(priority).passedOver >= ONE_IN - 1;
    }

    void taken(Priority priority, long now) {
        Share own = share(priority);
        for (Share each : all.values()) {
            each.passedOver = each == own ? 0 : Math.min(each.passedOver + 1, ONE_IN);
        }
        step(now);
    }

    /// Called when a page of a class got no place at once.
    void missed(Priority priority, long now) {
        share(priority).missed = true;
        step(now);
    }

    private void step(long now) {
        if (now - steppedAt < STEP_NANOS) return;
        steppedAt = now;
        boolean above = false;
        for (Share each : all.values()) {
            each.kept += above ? (1 - each.kept) * MORE : -each.kept * LESS;
            above |= each.missed;
            each.missed = false;
        }
    }
}
