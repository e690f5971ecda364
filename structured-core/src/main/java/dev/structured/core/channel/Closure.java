package dev.structured.core.channel;

/// The reasons why an operation on a channel can no longer happen.
enum Closure {
    /// The handle that was used is closed.
    CLOSED,
    /// The other side is gone, has failed, or has dropped this one.
    BROKEN,
    /// All items have been sent and received.
    END
}
