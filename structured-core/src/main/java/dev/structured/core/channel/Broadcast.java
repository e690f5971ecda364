package dev.structured.core.channel;

import dev.structured.core.Body;
import dev.structured.core.BrokenException;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A channel with many readers, each of which receives every item that is sent after it has subscribed.
/// **Thread-safe.**
///
/// ```java
/// Broadcast<Price> prices = Broadcast.open("prices", 16, SlowReader.DROP_OLDEST);
/// Nursery.run(nursery -> {
///     ReceiveChannel<Price> reader = prices.subscribe(); // before the first price
///     nursery.startSoon("screen", () -> {
///         try (reader) {
///             for (Price price : reader) show(price);
///         }
///     });
///     prices.feed(() -> {
///         for (Price price : ticker) prices.send(price);
///     });
/// });
/// ```
///
/// Each reader holds up to `capacity` items that it has not received yet. [SlowReader] says what happens to a
/// reader that holds that many. An item reaches all readers at the same moment, or none.
///
/// As with a [SendChannel], readers have to know whether they got everything: [#feed] ends the items
/// regularly if its block returns, and with a cause if it throws. So this is not [AutoCloseable].
///
/// @param <T> the items; never null
public final class Broadcast<T> {
    /*
     * There is one lock for all lanes. If a sender waits, a lane is full. Each time a lane gets room, or is
     * removed, waiting senders are let in, in their order, until a lane is full again.
     */
    private final ChannelLock lock = new ChannelLock();
    private final String name;
    private final Object purpose;
    private final int capacity;
    private final SlowReader policy;
    private final int replay;

    /// All guarded by the lock.
    private final Ring<T> latest;
    private final Lanes<T> lanes = new Lanes<>();
    private final Users users = new Users();
    private final WaitQueue<Waiting<T>> senders = new WaitQueue<>();
    private boolean closed;
    private @Nullable Failure failure;
    private long sent;
    private long givenUp;

    Broadcast(String name, int capacity, SlowReader policy, int replay) {
        this.name = name;
        this.purpose = "room in " + name;
        this.capacity = capacity;
        this.policy = policy;
        this.replay = replay;
        this.latest = new Ring<>(replay);
    }

    /// Opens a broadcast without readers.
    ///
    /// @param name shown in messages, the task tree and thread dumps
    /// @param capacity the largest number of items that a reader holds; at least 1
    /// @throws IllegalArgumentException if the capacity is less than 1
    public static <T> Broadcast<T> open(String name, int capacity, SlowReader policy) {
        return open(name, capacity, policy, 0);
    }

    /// Opens a broadcast without readers. New readers first receive the latest items that were sent before
    /// they subscribed.
    ///
    /// @param name shown in messages, the task tree and thread dumps
    /// @param capacity the largest number of items that a reader holds; at least 1
    /// @param replay the number of items that are kept for new readers; at most `capacity`
    /// @throws IllegalArgumentException if a number is out of range
    public static <T> Broadcast<T> open(String name, int capacity, SlowReader policy, int replay) {
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    "Each reader of a broadcast holds a number of items, 1 or more, not " + capacity);
        }
        if (replay < 0 || replay > capacity) {
            throw new IllegalArgumentException("A new reader receives from 0 to " + capacity
                    + " earlier items, as many as it can hold, not " + replay);
        }
        Objects.requireNonNull(policy, "policy");
        return new Broadcast<>("broadcast '" + name + "'", capacity, policy, replay);
    }

    /* --- Sending --- */

    /// Sends the item to all present readers; if there are none, the item is lost. With [SlowReader#BLOCK]
    /// waits until each has room for it. **Checkpoint.** If it throws, no reader has received the item.
    ///
    /// @throws ChannelClosedException if this is closed, or is closed while the task waits
    /// @throws Cancelled if a scope around the task is cancelled before the item is sent
    /// @throws IllegalStateException if the calling thread runs no task
    public void send(T item) {
        Objects.requireNonNull(item, "item");
        Checkpoints.quickCheckpoint();
        Waiting<T> waiting = null;
        boolean refused;
        lock.lock();
        try {
            refused = closed;
            if (!refused && !offer(item)) {
                waiting = new Waiting<>(Wait.cancellable(purpose), users, item, lock, senders);
                prepare(senders.size() + 1);
                ChannelLock.add(senders, waiting);
            }
        } finally {
            lock.unlock();
        }
        if (refused) throw inVain();
        if (waiting != null) await(waiting);
    }

    /// Sends the item if that needs no waiting. **Not a checkpoint**; may be called on any thread.
    ///
    /// @return false if it needs waiting; no reader has received the item then
    /// @throws ChannelClosedException if this is closed
    public boolean trySend(T item) {
        Objects.requireNonNull(item, "item");
        lock.lock();
        try {
            if (!closed) return offer(item);
        } finally {
            lock.unlock();
        }
        throw closedException();
    }

    private boolean offer(T item) {
        if (isBlocked()) return false;
        prepare(1);
        deliver(item);
        return true;
    }

    /// Takes the space for the delivery of so many items, those of the waiting senders included. So
    /// [#deliver] takes none: an item reaches all lanes or none, and a task that makes room and lets senders
    /// in cannot fail at that.
    private void prepare(int items) {
        latest.reserve((int) Math.min(replay, (long) latest.size() + items));
        for (BroadcastLane<T> lane = lanes.first(); lane != null; lane = lane.following)
            lane.prepare(items, policy);
    }

    private boolean isBlocked() {
        return policy == SlowReader.BLOCK && lanes.isAnyFull();
    }

    private void deliver(T item) {
        sent++;
        if (replay > 0) {
            if (latest.size() == replay) latest.poll();
            latest.add(item);
        }
        for (BroadcastLane<T> lane = lanes.first(); lane != null;) {
            BroadcastLane<T> following = lane.following;
            if (!lane.take(item, policy)) {
                lanes.remove(lane);
                givenUp++;
            }
            lane = following;
        }
    }

    /// Sends the item if the latest item is `before`. Needs no waiting with this policy.
    ///
    /// @return false if the latest item is another one
    boolean trySendAfter(T before, T item) {
        lock.lock();
        try {
            if (!closed) return latest.last() == before && offer(item);
        } finally {
            lock.unlock();
        }
        throw closedException();
    }

    /// Returns the item that was sent last; null if none is kept.
    @Nullable
    T last() {
        lock.lock();
        try {
            return latest.last();
        } finally {
            lock.unlock();
        }
    }

    private void await(Waiting<T> waiting) {
        waiting.wait.await(waiting);
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

    /* --- Called by lanes, which hold the lock --- */

    void hasRoom() {
        while (!senders.isEmpty() && !isBlocked()) {
            Waiting<T> sender = ChannelLock.poll(senders);
            if (sender == null || !sender.wait.decide(sender) || sender.item == null) continue;
            lock.wakeLater(sender);
            deliver(sender.item);
        }
    }

    /// The lane holds more or fewer items than before.
    void changed(BroadcastLane<T> lane) {
        lanes.note(lane);
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

    /// Returns a new reader, which receives the replayed items and then those that are sent from now on.
    /// Close it when you no longer read from it: until then it counts as a slow reader. **Not a checkpoint.**
    ///
    /// If this has [failed][#fail] and keeps items for new readers, the reader receives these, and then a
    /// [BrokenException] with the cause.
    ///
    /// @throws ChannelClosedException if this is closed, unless it has failed and keeps items for new readers
    public ReceiveChannel<T> subscribe() {
        lock.lock();
        try {
            if (!closed || (failure != null && replay > 0)) return newReader();
        } finally {
            lock.unlock();
        }
        throw closedException();
    }

    /// Returns a new reader like [#subscribe()]. If this is closed, it receives the replayed items and the
    /// end.
    ReceiveChannel<T> subscribeAlsoIfClosed() {
        lock.lock();
        try {
            return newReader();
        } finally {
            lock.unlock();
        }
    }

    private ReceiveChannel<T> newReader() {
        BroadcastLane<T> lane = new BroadcastLane<>(this, lock, name, capacity);
        ReceiveChannel<T> reader = new ReceiveChannel<>(lane);
        lane.reserve(latest.size() + senders.size());
        for (int i = 0; i < latest.size(); i++) lane.keep(latest.get(i));
        if (closed) lane.end(failure);
        else
            lanes.add(lane);
        return reader;
    }

    /// Runs the block, which sends the items, and then ends them: as [#close()] does if the block returns,
    /// and with the exception as the [cause][#fail] if it throws. **Not a checkpoint** by itself.
    ///
    /// @throws X if the block throws it
    public <X extends Exception> void feed(Body<X> block) throws X {
        Wait.requireStack(); // for the end
        try {
            block.run();
        } catch (Throwable thrown) {
            close(Failure.of(thrown));
            throw thrown;
        }
        close((Failure) null);
    }

    /// Ends the items because all were sent: each reader receives those that it holds, and then the end.
    /// **Wakes** tasks that wait to send, which then have not sent, and tasks that wait to receive. Does
    /// nothing if it is closed. **Not a checkpoint.**
    ///
    /// Do not call it in a `finally`: use [#feed]. If a task that is cancelled calls this outside of a
    /// shield, readers get a [BrokenException] and not the regular end, as with [SendChannel#close()].
    public void close() {
        close(Failure.ofCaller());
    }

    /// Ends the items although not all were sent: each reader receives those that it holds, and then a
    /// [BrokenException] with the cause. **Wakes** tasks as [#close()] does. Does nothing if it is closed.
    /// **Not a checkpoint.**
    ///
    /// @param cause the exception because of which items are missing. In place of a [Cancelled] readers get a
    ///     [dev.structured.core.ScopeCancelledException]
    public void fail(Throwable cause) {
        close(Failure.of(Objects.requireNonNull(cause, "cause")));
    }

    private void close(@Nullable Failure cause) {
        lock.lockToFinish();
        try {
            if (closed) return;
            closed = true;
            failure = cause;
            lock.tellAll(senders, Closure.CLOSED);
            for (BroadcastLane<T> lane = lanes.first(); lane != null; lane = lanes.first()) {
                lanes.remove(lane);
                lane.end(cause);
            }
        } finally {
            lock.unlock();
        }
    }

    /// The statistics of a broadcast at one moment. The items that a reader holds and has missed are in the
    /// [statistics][ReceiveChannel#statistics] of its handle.
    ///
    /// @param readers the number of readers, without those that were given up
    /// @param waitingSenders the number of tasks that wait for room
    /// @param sent the number of items that were sent
    /// @param givenUp the number of readers that were given up
    public record Statistics(int readers, int waitingSenders, long sent, long givenUp) {}

    /// Returns the statistics at this moment.
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
