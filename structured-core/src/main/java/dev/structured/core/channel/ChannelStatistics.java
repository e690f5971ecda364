package dev.structured.core.channel;

/// The statistics of a channel at one moment. Exact: all of it is read under the channel's lock. At
/// any moment `sent` is `received` and `discarded` and `buffered` together.
///
/// A [Select] waits once for each of its clauses, and a task whose wait was cancelled or went to another
/// clause counts until it has run again. A reader of a [Broadcast] counts what has come to it; its senders
/// are those of all readers.
///
/// @param capacity how many items it holds at most; [Integer#MAX_VALUE] if it is unbounded
/// @param buffered how many items it holds
/// @param peak how many items it has held at most
/// @param openSenders how many sending handles are open
/// @param openReceivers how many receiving handles are open
/// @param waitingSenders how many waits for room there are
/// @param waitingReceivers how many waits for an item there are
/// @param sent how many items it has taken
/// @param received how many items were received
/// @param discarded how many items nobody will receive: dropped, or left over when the last receiver closed
public record ChannelStatistics(int capacity, int buffered, int peak, int openSenders, int openReceivers,
        int waitingSenders, int waitingReceivers, long sent, long received, long discarded) {}
