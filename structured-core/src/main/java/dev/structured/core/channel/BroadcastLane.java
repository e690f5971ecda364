package dev.structured.core.channel;

import org.jspecify.annotations.Nullable;

/// What one reader of a [Broadcast] has not received yet.
final class BroadcastLane<T> extends ReceiveSide<T> {
    private final Broadcast<T> source;
    /// Guarded by the lock. Why the reader was given up; null if it was not.
    private @Nullable String givenUp;

    BroadcastLane(Broadcast<T> source, ChannelLock lock, String name, int capacity) {
        super(lock, name, capacity);
        this.source = source;
    }

    /// Takes the item, whatever has to give way. Holding the lock.
    ///
    /// @return false if that was the reader
    boolean take(T item, SlowReader policy) {
        if (handOver(item)) return true;
        if (isFull()) {
            if (policy == SlowReader.FAIL) {
                giveUp();
                return false;
            }
            dropOldest(); // with BLOCK it would not be full
        }
        keep(item);
        return true;
    }

    private void giveUp() {
        givenUp = "this reader was too slow, and was given up when it had " + capacity + " items before it";
        dropAll();
    }

    @Override
    void refill() {
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
    @Nullable
    String broken() {
        return givenUp;
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
