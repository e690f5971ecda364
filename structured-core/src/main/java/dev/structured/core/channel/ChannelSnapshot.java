package dev.structured.core.channel;

/// The statistics of a channel, as they were.
record ChannelSnapshot(int capacity, int buffered, int peak, int openSenders, int openReceivers,
        int waitingSenders, int waitingReceivers, long sent, long received,
        long discarded) implements ChannelStatistics {}
