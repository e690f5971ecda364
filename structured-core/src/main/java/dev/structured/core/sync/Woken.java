package dev.structured.core.sync;

import org.jspecify.annotations.Nullable;

/// Waiting tasks in a row, which are to be told something when a lock has been released. To take one more in
/// takes no space: so where the first of some waits has been decided, the others follow.
final class Woken {
    private @Nullable Waiter first;
    private @Nullable Waiter last;

    /// Adds a place that is in no queue any more.
    void add(Waiter waiter) {
        if (last == null) first = waiter;
        else
            last.following = waiter;
        last = waiter;
    }

    /// Wakes them, whose waits have been decided. Holding no lock.
    void wake() {
        for (Waiter each = first; each != null;) {
            Waiter following = each.following; // the task may run on, and wait again
            each.wait.wake();
            each = following;
        }
    }

    /// Breaks their waits off. Holding no lock.
    void breakOff(String why) {
        for (Waiter each = first; each != null;) {
            Waiter following = each.following;
            each.wait.breakOff(why);
            each = following;
        }
    }
}
