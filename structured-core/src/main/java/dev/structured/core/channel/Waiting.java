package dev.structured.core.channel;

import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import org.jspecify.annotations.Nullable;

/// A task that waits at a channel, for room or for an item. A [Select] has one for each channel that it looks
/// at, all of one [Wait], which is completed with the one that it was.
///
/// The fields that are not final are written under the channel's lock, before the wait is decided, by the
/// task that takes this out of its queue; and read by the task after that.
final class Waiting<T> extends WaitQueue.Entry {
    final Wait<Waiting<?>> wait;
    /// The handle that the task uses: closing it ends the wait.
    final Object handle;
    /// The item that is to be sent, or was received.
    @Nullable
    T item;
    /// Why there is no item, or why it was not sent; null if all went well.
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
