package dev.structured.core;

import java.util.ArrayList;
import java.util.List;

/// The pending late starts of one nursery, in no order. Guarded by the nursery's lock.
final class LateStarts {
    private final List<LateStart<?>> pending = new ArrayList<>(1);

    boolean isEmpty() {
        return pending.isEmpty();
    }

    int size() {
        return pending.size();
    }

    void add(LateStart<?> start) {
        start.index = pending.size();
        pending.add(start);
    }

    /// Removes a late start that is in here: the last one takes its place.
    void remove(LateStart<?> start) {
        LateStart<?> last = pending.removeLast();
        if (last == start) return;
        pending.set(start.index, last);
        last.index = start.index;
    }

    List<LateStart<?>> copy() {
        return List.copyOf(pending);
    }
}
