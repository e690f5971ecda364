package dev.structured.service.admission;

import java.util.concurrent.TimeUnit;

/// Knows whether the queue of one class stands: more than a tenth of the pages that came in the last fifth of
/// a second were refused, and more than were begun of lower classes. While there are such, the class gets
/// their places. Guarded by the lock of its admission.
final class Standing {
    private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int ONE_IN = 10;

    private long began;
    private int decided;
    private int refused;
    /// The pages of lower classes that were begun.
    private int below;
    private boolean before;

    void count(long now, boolean wasRefused) {
        roll(now);
        decided++;
        if (wasRefused) refused++;
    }

    /// Counts a page of a lower class that was begun.
    void begunBelow(long now) {
        roll(now);
        below++;
    }

    private void roll(long now) {
        if (now - began < WINDOW_NANOS) return;
        before = now - began < 2 * WINDOW_NANOS && stands();
        began = now;
        decided = 0;
        refused = 0;
        below = 0;
    }

    private boolean stands() {
        return refused * ONE_IN > decided && refused > below;
    }

    boolean at(long now) {
        roll(now);
        return before || (decided >= ONE_IN && stands());
    }
}
