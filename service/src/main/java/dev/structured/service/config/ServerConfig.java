package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.SizeInBytes;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Limits of the public edge.
///
/// @param maxBodyBytes the largest request body that is read; a larger one is answered 413
/// @param maxHeaderBytes the largest request head (line and headers); a larger one is answered 414 or 431
/// @param idleTimeout the longest time that a connection may stay silent
/// @param drainDelay the time that the service goes on accepting after it reports that it is not ready
/// @param drainTimeout the time after that before requests in flight are cancelled
/// @param deadlineHeaders the headers by which a client may shorten a route's deadline
/// @param tls the certificate of the public listener; null for no TLS
/// @param http2 whether and within which limits clients may use HTTP/2
/// @param halfClose what a client that closes its sending side only counts as
/// @param connections how many connections clients may have
/// @param transfer how fast clients must send their requests and read their answers
public record ServerConfig(
        @Key(name = "maxBody", type = SizeInBytes.class, preset = "64KiB", min = "1KiB", max = "64MiB", says = "The largest request body that is read; a larger one is answered 413.") int maxBodyBytes,
        @Key(name = "maxHeader", type = SizeInBytes.class, preset = "8KiB", min = "1KiB", max = "256KiB", says = "The largest request head; a longer line is answered 414, larger headers 431.") int maxHeaderBytes,
        @Key(preset = "30s", min = "1s", max = "10min", says = "A connection that stays silent for this long is closed.") Duration idleTimeout,
        @Key(preset = "0ms", min = "0ms", max = "10min", says = "The time that the service goes on accepting after /readyz begins to answer 503.") Duration drainDelay,
        @Key(preset = "10s", min = "0ms", max = "10min", says = "The time after that before requests in flight are cancelled.") Duration drainTimeout,
        @Key(max = "4", each = "header", says = "The headers by which a client may shorten a route's "
                + "deadline; none is read by default.") List<DeadlineHeader> deadlineHeaders,
        @Key(says = "The certificate of the public listener, which then answers by HTTPS only.") @Nullable ServerTlsConfig tls,
        @Key(says = "Whether clients may use HTTP/2, and how much of it at once.") Http2Config http2,
        @Key(preset = "gone", says = "What a client of HTTP/1.1 that closes its sending side only counts as: "
                + "gone, so that its request is cancelled, or waiting for its answer.") HalfClose halfClose,
        @Key(says = "How many connections clients may have.") ConnectionsConfig connections,
        @Key(says = "How fast clients must send their requests and read their answers.") TransferConfig transfer) {

    /// What a client that has closed its sending side counts as.
    public enum HalfClose {
        /// It has gone: its request is cancelled.
        GONE,
        /// It waits for its answer. That it has gone is then noticed only in writing to it.
        WAITING
    }

    public ServerConfig { deadlineHeaders = List.copyOf(deadlineHeaders); }
}
