package dev.structured.service.server;

import dev.structured.service.config.Labelled;
import java.util.function.IntSupplier;

/// Observes the connections of a listener; `ops` makes metrics of them. Must not block.
public interface ConnectionObserver {
    /// An observer that does nothing.
    ConnectionObserver NONE = new ConnectionObserver() {
        @Override
        public void opened(IntSupplier count) {}

        @Override
        public void limited(Limit limit) {}

        @Override
        public void dropped(Drop reason) {}
    };

    /// A limit of connections.
    enum Limit implements Labelled {
        /// The limit of open connections; further ones wait.
        MAX,
        /// The limit of open connections from one address; further ones are closed.
        ADDRESS,
        /// The limit of accepts in a second; further connections wait.
        RATE,
        /// The process has no descriptor left; further ones wait.
        DESCRIPTORS
    }

    /// The reasons why a connection, or one of its requests, was dropped.
    enum Drop implements Labelled {
        /// The head of a request did not arrive in time.
        SLOW_HEAD,
        /// The body of a request did not arrive in time, or too slowly.
        SLOW_BODY,
        /// An answer was not read in time, or too slowly.
        SLOW_READER,
        /// More bytes came behind its request than are kept while a request is in flight.
        SENT_TOO_MUCH,
        /// It did not begin with a header of the PROXY protocol, as connections of its address must.
        NO_PROXY_HEADER,
        /// It was idle when the limit of all connections was reached.
        CROWDED_OUT
    }

    /// Called when the listener opens.
    ///
    /// @param count returns the number of open connections
    void opened(IntSupplier count);

    /// Called when a limit of connections is reached; for [Limit#ADDRESS], for each connection.
    void limited(Limit limit);

    /// Called when a client was dropped.
    void dropped(Drop reason);
}
