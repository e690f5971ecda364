package dev.structured.service.server;

import java.util.Locale;

/// Is told what a listener does with connections; `ops` makes metrics of it. Must not block.
public interface ConnectionObserver {
    /// Does nothing.
    ConnectionObserver NONE = _ -> {};

    /// Why a connection was dropped, or one of its requests.
    enum Drop {
        /// The head of a request did not arrive in time.
        SLOW_HEAD,
        /// The body of a request did not arrive in time, or too slowly.
        SLOW_BODY,
        /// An answer was not read in time, or too slowly.
        SLOW_READER;

        /// Returns the name in metrics.
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Called when a client was dropped.
    void dropped(Drop reason);
}
