package dev.structured.core.channel;

import org.jspecify.annotations.Nullable;

/// The tasks that wait by one handle of a channel, in the order in which they came. So a handle is closed
/// without a look at those that wait by other handles: each of a thousand producers closes its own.
final class Users {
    /// Both guarded by the channel's lock.
    private @Nullable Waiting<?> first;
    private @Nullable Waiting<?> last;

    /// Returns the one that has waited longest; null if none waits.
    @Nullable
    Waiting<?> first() {
        return first;
    }

    void entered(Waiting<?> waiting) {
        waiting.before = last;
        if (last == null) first = waiting;
        else
            last.behind = waiting;
        last = waiting;
    }

    void left(Waiting<?> waiting) {
        Waiting<?> before = waiting.before;
        Waiting<?> behind = waiting.behind;
        if (before == null) first = behind;
        else
            before.behind = behind;
        if (behind == null) last = before;
        else
            behind.before = before;
        waiting.before = null;
        waiting.behind = null;
    }
}
