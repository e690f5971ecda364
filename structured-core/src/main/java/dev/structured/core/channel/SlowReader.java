package dev.structured.core.channel;

/// The treatment of a reader of a [Broadcast] that holds as many items as it can.
public enum SlowReader {
    /// Waits for it: the slowest reader sets the pace of all.
    BLOCK,
    /// Drops its oldest item for the new one. Its statistics say how many were dropped.
    DROP_OLDEST,
    /// Gives it up: drops its items, and all it receives from then on is a `BrokenException`.
    FAIL
}
