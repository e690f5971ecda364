package dev.structured.core.channel;

import org.jspecify.annotations.Nullable;

/// The items that one reader of a [Broadcast] has not received yet.
final class BroadcastLane<T> extends ReceiveSide<T> {
    private final Broadcast<T> source;
    /// Why the reader is given up: made before it is. Guarded by the lock.
    private @Nullable Failure tooSlow;

    /// What [Lanes] knows of it. Guarded by the lock.
    @Nullable
    BroadcastLane<T> previous;
    @Nullable
    BroadcastLane<T> following;
    boolean isListed;
    boolean countsAsFull;

    BroadcastLane(Broadcast<T> source, ChannelLock lock, String name, int capacity) {
        super(lock, name, capacity);
        this.source = source;
    }

    /// Adds the item; if there is no room for it, follows the policy. Holding the lock.
    ///
    /// @return false if the reader was given up
    boolean take(T item, SlowReader policy) {
        if (handOver(item)) return true;
        if (isFull()) {
            if (policy == SlowReader.FAIL) {
                dropReader();
                return false;
            }
            dropOldest(); // with BLOCK it would not be full
        }
        keep(item);
        source.changed(this);
        return true;
    }

    /// Takes the space that so many calls of [#take] may need. Holding the lock.
    void prepare(int items, SlowReader policy) {
        reserve(items);
        if (policy == SlowReader.FAIL && isFull() && tooSlow == null) {
            tooSlow = new Failure("this reader was too slow, and was given up when it had " + capacity
                    + " items before it", null);
        }
    }

    private void dropReader() {
        dropAll();
        end(tooSlow);
    }

    @Override
    void refill() {
        source.changed(this);
        source.hasRoom();
    }

    @Override
    @Nullable
    T takeFromSource() {
        return null;
    }

    @Override
    void unread() {
        source.remove(this);
    }

    @Override
    int openSenders() {
        return source.isOpen() ? 1 : 0;
    }

    @Override
    int waitingSenders() {
        return source.waitingSenders();
    }
}
