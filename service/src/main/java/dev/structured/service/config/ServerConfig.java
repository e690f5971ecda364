package dev.structured.service.config;

import java.time.Duration;

/// Limits of the public edge.
///
/// @param maxBodyBytes the largest request body that is read; a larger one is answered 413
/// @param maxHeaderBytes the largest request head (line and headers); a larger one is answered 414 or 431
/// @param idleTimeout how long a connection may stay silent
/// @param drainDelay how long the service keeps accepting after it has said that it is not ready
/// @param drainTimeout how long running requests may go on after that, before they are cancelled
public record ServerConfig(int maxBodyBytes, int maxHeaderBytes, Duration idleTimeout, Duration drainDelay,
        Duration drainTimeout) {

    /// What a file without `server:` gets.
    public static final ServerConfig DEFAULT = new ServerConfig(
            64 << 10, 8 << 10, Duration.ofSeconds(30), Duration.ZERO, Duration.ofSeconds(10));
}
