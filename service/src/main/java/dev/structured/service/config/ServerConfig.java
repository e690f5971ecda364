package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.SizeInBytes;
import java.time.Duration;
import java.util.List;

/// Limits of the public edge.
///
/// @param maxBodyBytes the largest request body that is read; a larger one is answered 413
/// @param maxHeaderBytes the largest request head (line and headers); a larger one is answered 414 or 431
/// @param idleTimeout how long a connection may stay silent
/// @param drainDelay how long the service keeps accepting after it has said that it is not ready
/// @param drainTimeout how long running requests may go on after that, before they are cancelled
/// @param deadlineHeaders the headers by which a client may shorten a route's deadline
public record ServerConfig(
        @Key(name = "maxBody", type = SizeInBytes.class, preset = "64KiB", min = "1KiB", max = "64MiB", says = "The largest request body that is read; a larger one is answered 413.") int maxBodyBytes,
        @Key(name = "maxHeader", type = SizeInBytes.class, preset = "8KiB", min = "1KiB", max = "256KiB", says = "The largest request head; a longer line is answered 414, larger headers 431.") int maxHeaderBytes,
        @Key(preset = "30s", min = "1s", max = "10min", says = "A connection that stays silent for so "
                + "long is closed.") Duration idleTimeout,
        @Key(preset = "0ms", min = "0ms", max = "10min", says = "How long to go on accepting after "
                + "/readyz has begun to answer 503.") Duration drainDelay,
        @Key(preset = "10s", min = "0ms", max = "10min", says = "How long running requests may then go "
                + "on before they are cancelled.") Duration drainTimeout,
        @Key(max = "4", each = "header", says = "The headers by which a client may shorten a route's "
                + "deadline; none is read by default.") List<DeadlineHeader> deadlineHeaders) {

    /// What a file without `server:` gets.
    public static final ServerConfig DEFAULT = new ServerConfig(64 << 10, 8 << 10, Duration.ofSeconds(30),
            Duration.ZERO, Duration.ofSeconds(10), List.of());

    public ServerConfig { deadlineHeaders = List.copyOf(deadlineHeaders); }
}
