package dev.structured.core.channel;

import org.jspecify.annotations.Nullable;

/// The lanes of the readers of a [Broadcast], in the order in which they subscribed, and the number of those
/// that are full. So a reader comes, leaves, or makes room without a look at all others. Guarded by the lock
/// of the broadcast.
final class Lanes<T> {
    private @Nullable BroadcastLane<T> first;
    private @Nullable BroadcastLane<T> last;
    private int size;
    private int full;

    int size() {
        return size;
    }

    /// Returns the first lane, which [leads][BroadcastLane#following] to the others; null if there is none.
    @Nullable
    BroadcastLane<T> first() {
        return first;
    }

    boolean isAnyFull() {
        return full > 0;
    }

    void add(BroadcastLane<T> lane) {
        lane.isListed = true;
        lane.previous = last;
        if (last == null) first = lane;
        else
            last.following = lane;
        last = lane;
        size++;
        note(lane);
    }

    /// Takes the lane out, if it is listed.
    void remove(BroadcastLane<T> lane) {
        if (!lane.isListed) return;
        BroadcastLane<T> before = lane.previous;
        BroadcastLane<T> behind = lane.following;
        if (before == null) first = behind;
        else
            before.following = behind;
        if (behind == null) last = before;
        else
            behind.previous = before;
        lane.previous = null;
        lane.following = null;
        lane.isListed = false;
        size--;
        count(lane, false);
    }

    /// The lane holds more or fewer items than before.
    void note(BroadcastLane<T> lane) {
        if (lane.isListed) count(lane, lane.isFull());
    }

    private void count(BroadcastLane<T> lane, boolean isFull) {
        if (lane.countsAsFull == isFull) return;
        lane.countsAsFull = isFull;
        full += isFull ? 1 : -1;
    }
}
