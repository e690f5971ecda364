package dev.structured.core.channel;

/// The treatment of a reader of a [Broadcast] that holds as many items as it can.
public enum SlowReader {
    /// Waits for the reader: the slowest reader sets the pace of all.
    BLOCK,
    /// Drops the reader's oldest item in favour of the new one. Its statistics count the dropped items.
    DROP_OLDEST,
    /// Gives the reader up: drops its items; from then on receiving from it throws a `BrokenException`.
    FAIL
}
