package dev.structured.service.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/// One downstream.
///
/// @param name its name in the file
/// @param url `http://host:port`, without a path; or `demo:NAME` for an embedded demo downstream
/// @param connectTimeout the longest time to open a connection
/// @param maxConnections the most connections open to it at once
/// @param maxQueued the most calls that may wait for a connection
/// @param maxBodyBytes the largest answer body that is read
/// @param maxHeaderBytes the largest answer head that is read
public record DownstreamConfig(String name, URI url, Duration connectTimeout, int maxConnections,
        int maxQueued,
        int maxBodyBytes, int maxHeaderBytes) {

    /// The names that `demo:NAME` may have.
    public static final List<String> DEMOS = List.of("catalog", "pricing", "stock", "reviews",
            "recommendations");

    /// Returns true when the downstream is an embedded demo; [URI#getSchemeSpecificPart()] is then its name.
    public boolean isDemo() {
        return "demo".equals(url.getScheme());
    }
}
