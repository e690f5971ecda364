package dev.structured.service.client;

import dev.structured.service.aggregate.DownstreamException;

/// Carries calls to one address, over connections of one version of HTTP. Thread-safe.
interface Transport extends AutoCloseable {
    /// Sends a request and reads its answer. Blocks until the answer is complete, and before that while it
    /// waits for its turn. When this returns or throws, no byte of the exchange is left on a connection that
    /// another one will use.
    ///
    /// @param request the request; it is written when its turn has come
    /// @param answer receives the answer
    /// @throws DownstreamException if no connection can be opened, it breaks, or the answer breaks a rule
    /// @throws InterruptedException if interrupted meanwhile
    void exchange(OutgoingRequest request, ClientExchange answer)
            throws DownstreamException, InterruptedException;

    /// Closes connections that are no longer needed or usable. Called once a second.
    ///
    /// @param now the time, of [System#nanoTime()]
    void closeUnused(long now);

    /// Returns the number of open connections.
    OpenConnections count();

    /// Closes all connections. Calls in flight on them fail, and so do those that wait for one. A second call
    /// does nothing.
    @Override
    void close();
}
