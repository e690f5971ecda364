package dev.structured.core.channel;

import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A channel with many readers, each of which receives every item that is sent after it has come. **Thread-safe.**
///
/// ```java
/// Nursery.run(nursery -> {
///     try (Broadcast<Price> prices = Broadcast.open("prices", 16, SlowReader.DROP_OLDEST)) {
///         ReceiveChannel<Price> reader = prices.subscribe(); // before the first price
///         nursery.startSoon("screen", () -> {
///             try (reader) {
///                 for (Price price : reader) show(price);
///             }
///         });
///         for (Price price : ticker) prices.send(price);
///     }
/// });
/// ```
///
/// Each reader holds up to `capacity` items that it has not received yet. What happens when one holds that many is the
/// policy given at the start: [SlowReader]. An item reaches all readers at the same moment, or none.
///
/// @param <T> the items; never null
public final class Broadcast<T> implements AutoCloseable {
    /*
     * One lock for all lanes. If a sender waits, a lane is full: every time a lane gets room, or goes, senders are let
     * in, in their order, until one is full again.
     */
    private final ChannelLock lock = new ChannelLock();
    private final String name;
    private final Object purpose;
    private final int capacity;
    private final SlowReader policy;

    /// All guarded by the lock.
    private final List<BroadcastLane<T>> lanes = new ArrayList<>();
    private final WaitQueue<Waiting<T>> senders = new WaitQueue<>();
    private boolean closed;
    private long sent;
    private long givenUp;

    private Broadcast(String name, int capacity, SlowReader policy) {
        this.name = "broadcast '" + name + "'";
        this.purpose = "room in " + this.name;
        this.capacity = capacity;
        this.policy = policy;
    }

    /// Opens a broadcast without readers.
    ///
    /// @param name shown in messages, the task tree and thread dumps
    /// @param capacity how many items a reader holds at most; at least 1
    /// @throws IllegalArgumentException if the capacity is less than 1
    public static <T> Broadcast<T> open(String name, int capacity, SlowReader policy) {
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    "Each reader of a broadcast holds a number of items, 1 or more, not " + capacity);
        }
        return new Broadcast<>(name, capacity, Objects.requireNonNull(policy, "policy"));
    }

    /* --- Sending --- */

    /// Sends the item to all readers that there are; to nobody, if there are none. With [SlowReader#BLOCK] waits until each
    /// has room for it. **Checkpoint.** If it throws, no reader has received the item.
    ///
    /// @throws ChannelClosedException if this is closed, or is closed meanwhile
    /// @throws Cancelled if a scope around the task is cancelled before the item is sent
    /// @throws IllegalStateException if the calling thread runs no task
    public void send(T item) {
        Objects.requireNonNull(item, "item");
        Checkpoints.pass();
        Waiting<T> waiting = null;
        boolean refused;
        lock.lock();
        try {
            refused = closed;
            if (!refused && !offer(item)) {
                waiting = new Waiting<>(Wait.of(purpose), this, item);
                senders.add(waiting);
            }
        } finally {
            lock.unlock();
        }
        if (refused) throw inVain();
        if (waiting != null) await(waiting);
    }

    /// Sends the item if that needs no waiting. **Not a checkpoint**, and not only for tasks.
    ///
    /// @return false if it does: no reader has received the item
    /// @throws ChannelClosedException if this is closed
    public boolean trySend(T item) {
        Objects.requireNonNull(item, "item");
        lock.lock();
        try {
            if (closed) throw closedException();
            return offer(item);
        } finally {
            lock.unlock();
        }
    }

    private boolean offer(T item) {
        if (isBlocked()) return false;
        deliver(item);
        return true;
    }

    private boolean isBlocked() {
        if (policy != SlowReader.BLOCK) return false;
        for (BroadcastLane<T> lane : lanes) if (lane.isFull()) return true;
        return false;
    }

    private void deliver(T item) {
        sent++;
        int before = lanes.size();
        lanes.removeIf(lane -> !lane.take(item, policy));
        givenUp += before - lanes.size();
    }

    private void await(Waiting<T> waiting) {
        waiting.wait.await(() -> lock.leave(senders, waiting));
        if (waiting.closure != null) throw inVain();
    }

    /// See [ReceiveSide#inVain].
    private RuntimeException inVain() {
        Checkpoints.checkCancelled();
        return closedException();
    }

    private ChannelClosedException closedException() {
        return new ChannelClosedException(
                "This " + name + " is closed: send and subscribe before closing it");
    }

    /* --- What lanes call, holding the lock --- */

    void hasRoom() {
        while (!senders.isEmpty() && !isBlocked()) {
            Waiting<T> sender = senders.poll();
            if (sender == null || !sender.wait.decide(sender) || sender.item == null) continue;
            lock.wakeLater(sender);
            deliver(sender.item);
        }
    }

    void remove(BroadcastLane<T> lane) {
        lanes.remove(lane);
        hasRoom();
    }

    boolean isOpen() {
        return !closed;
    }

    int waitingSenders() {
        return senders.size();
    }

    /* --- Readers --- */

    /// Returns a new reader, of what is sent from now on. To be closed when it is not read any more: else it is a slow
    /// one. **Not a checkpoint.**
    ///
    /// @throws ChannelClosedException if this is closed
    public ReceiveChannel<T> subscribe() {
        lock.lock();
        try {
            if (closed) throw closedException();
            BroadcastLane<T> lane = new BroadcastLane<>(this, lock, name, capacity);
            lanes.add(lane);
            return new ReceiveChannel<>(lane);
        } finally {
            lock.unlock();
        }
    }

    /// Ends the values: each reader receives what it holds, and then the end. **Wakes** those that wait to send, which then
    /// have not sent, and those that wait to receive. Does nothing if it is closed. **Not a checkpoint.**
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) return;
            closed = true;
            senders.removeIf(_ -> true, sender -> lock.tell(sender, Closure.CLOSED));
            for (BroadcastLane<T> lane : lanes) lane.end();
            lanes.clear();
        } finally {
            lock.unlock();
        }
    }

    /// What there is to know of a broadcast at one moment. What a reader holds and has missed is in the
    /// [statistics][ReceiveChannel#statistics] of its handle.
    ///
    /// @param readers how many readers it has, those that were given up not included
    /// @param waitingSenders how many tasks wait for room
    /// @param sent how many items it has taken
    /// @param givenUp how many readers it has given up
    public record Statistics(int readers, int waitingSenders, long sent, long givenUp) {}

    /// Returns what there is to know of it at this moment.
    public Statistics statistics() {
        lock.lock();
        try {
            return new Statistics(lanes.size(), senders.size(), sent, givenUp);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
