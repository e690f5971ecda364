package dev.structured.core.channel;

/// Why an operation on a channel cannot happen any more.
enum Closure {
    /// The handle that was used is closed.
    CLOSED,
    /// The other side is gone, or has given up this one.
    BROKEN,
    /// All values have been received.
    END
}
