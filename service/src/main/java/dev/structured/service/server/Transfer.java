package dev.structured.service.server;

/// A body that arrives or an answer that is read, which [SlowClients] checks until it has ended.
interface Transfer {
    /// Returns true if the client is too slow. Does not block.
    ///
    /// @param now the time, of [ServiceTime]
    boolean isTooSlow(long now);

    /// Ends it. Called once, if it is too slow. Does not block.
    void drop();
}
