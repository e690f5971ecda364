package dev.structured.core.channel;

/// The statistics of a channel at one moment. They are exact, since all are read under the channel's lock. At
/// any moment `sent` is the sum of `received`, `discarded` and `buffered`.
///
/// A [Select] counts as one wait for each of its clauses. A task whose wait was cancelled, or ended by
/// another clause, counts until it has run again. A reader of a [Broadcast] counts the items that have come
/// to it; its senders are those of all readers.
public interface ChannelStatistics {
    /// Returns the largest number of items that it can hold; [Integer#MAX_VALUE] if it is unbounded.
    int capacity();

    /// Returns the number of items that it holds.
    int buffered();

    /// Returns the largest number of items that it has ever held.
    int peak();

    /// Returns the number of open sending handles.
    int openSenders();

    /// Returns the number of open receiving handles.
    int openReceivers();

    /// Returns the number of waits for room.
    int waitingSenders();

    /// Returns the number of waits for an item.
    int waitingReceivers();

    /// Returns the number of items that were sent.
    long sent();

    /// Returns the number of items that were received.
    long received();

    /// Returns the number of items that will not be received: dropped, or left when the last receiver closed.
    long discarded();
}
