package dev.structured.service.config;

import java.time.Duration;
import java.util.List;

/// The values of records whose keys a file leaves out.
public final class Defaults {
    /// HTTP/2 of a file without `http2`.
    public static final Http2Config HTTP2 = new Http2Config(Http2Config.Offered.TLS, 128, 1_000, 128);

    /// The connections of a file without `connections`.
    public static final ConnectionsConfig CONNECTIONS = new ConnectionsConfig(10_000, null, null, 1024,
            List.of());

    /// The pace of clients of a file without `transfer`.
    public static final TransferConfig TRANSFER = new TransferConfig(Duration.ofSeconds(10),
            Duration.ofSeconds(30), Duration.ofMinutes(2), 256, Duration.ofSeconds(5), 64 << 20);

    /// The limits of the public edge of a file without `server`.
    public static final ServerConfig SERVER = new ServerConfig(64 << 10, 8 << 10, Duration.ofSeconds(30),
            Duration.ZERO, Duration.ofSeconds(10), List.of(), null, HTTP2,
            ServerConfig.HalfClose.GONE, CONNECTIONS, TRANSFER);

    /// The budget of extra calls of a downstream without `extra`.
    public static final ExtraConfig EXTRA = new ExtraConfig(new Percentage(10), 10);

    private Defaults() {}
}
