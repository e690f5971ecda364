package dev.structured.core.channel;

import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import org.jspecify.annotations.Nullable;

/// A task that waits at a channel, for room or for an item. A [Select] has one for each of its channels.
/// These share one [Wait], which is completed with the one that was served.
///
/// The fields that are not final are written under the channel's lock, by the task that takes this out of its
/// queue, before it decides the wait. The waiting task reads them after that.
final class Waiting<T> extends WaitQueue.Entry {
    final Wait<Waiting<?>> wait;
    /// The handle that the task uses: closing it ends the wait.
    final Object handle;
    /// The item that is to be sent, or was received.
    @Nullable
    T item;
    /// The reason why there is no item, or why it was not sent; null if all went well.
    @Nullable
    Closure closure;
    /// The next one that [ChannelLock] has to wake.
    @Nullable
    Waiting<?> following;

    Waiting(Wait<Waiting<?>> wait, Object handle, @Nullable T item) {
        this.wait = wait;
        this.handle = handle;
        this.item = item;
    }
}
