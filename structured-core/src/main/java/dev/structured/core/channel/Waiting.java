package dev.structured.core.channel;

import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import org.jspecify.annotations.Nullable;

/// A task that waits at a channel, for room or for an item. A [Select] has one for each of its channels.
/// These share one [Wait], which is completed with the one that was served.
///
/// The fields that are not final are written under the channel's lock, by the task that takes this out of its
/// queue, before it decides the wait. The waiting task reads them after that.
final class Waiting<T> extends WaitQueue.Entry implements Runnable {
    final Wait<Waiting<?>> wait;
    /// Those who use the same handle: closing it ends the wait.
    final Users users;
    /// The item that is to be sent, or was received.
    @Nullable
    T item;
    /// The reason why there is no item, or why it was not sent; null if all went well.
    @Nullable
    Closure closure;
    /// The neighbours among the users of the same handle. Written under the channel's lock.
    @Nullable
    Waiting<?> before;
    @Nullable
    Waiting<?> behind;
    /// The next one that [ChannelLock] has to wake.
    @Nullable
    Waiting<?> following;
    private final @Nullable ChannelLock lock;
    private final @Nullable WaitQueue<Waiting<T>> queue;

    /// @param lock the lock of the queue
    /// @param queue the queue that this is going to be put into
    Waiting(Wait<Waiting<?>> wait, Users users, @Nullable T item, ChannelLock lock,
            WaitQueue<Waiting<T>> queue) {
        this.wait = wait;
        this.users = users;
        this.item = item;
        this.lock = lock;
        this.queue = queue;
    }

    /// A place in no queue.
    Waiting(Wait<Waiting<?>> wait, Users users) {
        this.wait = wait;
        this.users = users;
        this.lock = null;
        this.queue = null;
    }

    /// Takes this out of its queue, unless it was taken out to be served. Holding no other lock. A method of
    /// this object, so that nothing has to be made for it once this is in the queue.
    @Override
    public void run() {
        if (lock != null && queue != null) lock.leave(queue, this);
    }

    /// Takes this out of its queue. Holding its lock.
    void withdraw() {
        if (queue != null) ChannelLock.withdraw(queue, this);
    }
}
