package dev.structured.service.config;

import dev.structured.service.yaml.Key;

/// HTTP/2 of the public listener. The limits hold for each connection.
///
/// @param offered where clients may use it
/// @param maxStreams the most requests at once
/// @param maxResets the most streams that are reset in a second, by the client and by the service together
/// @param maxControlFrames the most frames in a second that ask for nothing
public record Http2Config(
        @Key(preset = "tls", says = "Where clients may use HTTP/2: where TLS agrees on it, also without TLS (h2c, without an "
                + "upgrade), or never.") Offered offered,
        @Key(preset = "128", min = "1", max = "10000", says = "The most requests at once on a connection.") int maxStreams,
        @Key(preset = "1000", min = "10", max = "100000", says = "The most requests of a connection that are reset in a second, by "
                + "the client and by the service together; one more closes the connection.") int maxResets,
        @Key(preset = "128", min = "10", max = "100000", says = "The most frames of a connection in a second that ask for nothing (SETTINGS, PING, PRIORITY, "
                + "CONTINUATION, empty DATA); one more closes the connection.") int maxControlFrames) {

    /// Where clients may use HTTP/2.
    public enum Offered {
        /// Nowhere.
        NEVER,
        /// Where TLS is used and both sides agree on it (ALPN).
        TLS,
        /// Also without TLS, from the first byte.
        ALWAYS
    }
}
