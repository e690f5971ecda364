package dev.structured.core.channel;

/// A copy of the statistics of a channel.
record ChannelSnapshot(int capacity, int buffered, int peak, int openSenders, int openReceivers,
        int waitingSenders, int waitingReceivers, long sent, long received,
        long discarded) implements ChannelStatistics {}
