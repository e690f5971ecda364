package dev.structured.core.channel;

import dev.structured.core.Wait;

/// Looks for the decision of a wait before its task parks, on one side of a channel without a buffer. A
/// partner that runs on another carrier comes within a microsecond, and a park and a wake-up take longer.
///
/// A look in vain costs about a microsecond. So each one doubles the number of waits that go by without one,
/// up to [#MOST_SKIPPED], and one that succeeds sets it to zero.
///
/// All tasks of that side read and write its fields without order. An update that is lost costs a look, or
/// saves one.
final class BriefSpin {
    private static final int LOOKS = 32;
    static final int MOST_SKIPPED = 255;

    /// The number of waits that went by after the last look in vain; zero if the last look succeeded.
    private int skipped;
    /// The number of waits that are still to go by.
    private int left;

    /// Returns when the wait has been decided, or will not be so soon.
    void await(Wait<?> wait) {
        if (left > 0) {
            left--;
            return;
        }
        for (int look = 0; look < LOOKS; look++) {
            if (wait.isDecided()) {
                if (skipped > 0) skipped = 0; // a write moves the field between the cores
                return;
            }
            Thread.onSpinWait();
        }
        skipped = Math.min(2 * skipped + 1, MOST_SKIPPED);
        left = skipped;
    }

    /// Returns the number of waits that are still to go by without a look.
    int left() {
        return left;
    }
}
