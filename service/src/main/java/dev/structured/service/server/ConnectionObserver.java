package dev.structured.service.server;

import dev.structured.service.config.Labelled;
import java.util.function.IntSupplier;

/// Is told what a listener does with connections; `ops` makes metrics of it. Must not block.
public interface ConnectionObserver {
    /// Does nothing.
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
        /// So many may be open at once; further ones wait.
        MAX,
        /// So many may be open from one address; one more is closed.
        ADDRESS,
        /// So many are accepted in a second; further ones wait.
        RATE,
        /// The process has no descriptor left; further ones wait.
        DESCRIPTORS
    }

    /// Why a connection was dropped, or one of its requests.
    enum Drop implements Labelled {
        /// The head of a request did not arrive in time.
        SLOW_HEAD,
        /// The body of a request did not arrive in time, or too slowly.
        SLOW_BODY,
        /// An answer was not read in time, or too slowly.
        SLOW_READER,
        /// More came behind its request than is kept while a request runs.
        SENT_TOO_MUCH,
        /// It did not begin with a header of the PROXY protocol, as connections of its address must.
        NO_PROXY_HEADER,
        /// It was idle when the limit of all connections was reached.
        CROWDED_OUT
    }

    /// Called when the listener opens.
    ///
    /// @param count returns how many connections are open
    void opened(IntSupplier count);

    /// Called when a limit of connections is reached; of [Limit#ADDRESS], for each connection.
    void limited(Limit limit);

    /// Called when a client was dropped.
    void dropped(Drop reason);
}
