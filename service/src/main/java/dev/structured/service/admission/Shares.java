package dev.structured.service.admission;

import dev.structured.service.config.Priority;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// How many places of a limit the pages of a class may fill. Guarded by the lock of its [Admission].
///
/// While pages of a class are refused, more and more places are kept from the classes below it; afterwards
/// less and less, slowly. Of a hundred pages that are begun, at least one is of each class that asks: that
/// page may fill the last place, too.
final class Shares {
    private static final int ONE_IN = 100;
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /// The least share of the limit that is kept from a class and not from the class above it.
    private static final double LEAST = 0.05;
    private static final double MORE = 0.3;
    private static final double LESS = 0.03;

    /// In the order of the classes.
    private final Map<Priority, Share> all = new EnumMap<>(Priority.class);
    private long steppedAt;

    /// What is known of one class.
    private static final class Share {
        final double least;
        double kept;
        /// How many pages of other classes were begun since the last one of this.
        int passedOver;
        boolean refused;

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

    /// Returns how many places may be filled for a page of this class to be begun.
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

    void refused(Priority priority, long now) {
        share(priority).refused = true;
        step(now);
    }

    private void step(long now) {
        if (now - steppedAt < STEP_NANOS) return;
        steppedAt = now;
        boolean above = false;
        for (Share each : all.values()) {
            each.kept += above ? (1 - each.kept) * MORE : -each.kept * LESS;
            above |= each.refused;
            each.refused = false;
        }
    }
}
