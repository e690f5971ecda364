package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The store that replicas of the service share: a Redis or Valkey server.
///
/// @param url `redis://host:port`, or `rediss://…` for TLS; perhaps with the number of a database
/// @param username null for the server's default user
/// @param password null for none
/// @param tls whom to trust, and the service's own certificate; null for the JVM's authorities and none
/// @param timeout the longest time that a request waits for the store
/// @param prefix what the names of all keys in it begin with
public record StoreConfig(
        @Key(type = StoreUrl.class, fix = "add e.g. 'url: redis://redis:6379'", says = "Where it listens: redis://host:port, or rediss:// for TLS; a database's number may follow, as in /1.") URI url,
        @Key(says = "The user; the server's default user unless it is there.") @Nullable String username,
        @Key(says = "The password, from ${env:NAME} or ${file:/run/secrets/store}.") @Nullable Secret password,
        @Key(says = "How a rediss:// store is trusted, and trusts the service.") @Nullable TlsConfig tls,
        @Key(preset = "50ms", min = "1ms", max = "5s", says = "The longest time that a request waits for the store; then it goes on without.") Duration timeout,
        @Key(preset = "structured", says = "What the names of all keys in it begin with, so that several services can share it.") String prefix) {

    private static final int USUAL_PORT = 6_379;

    /// Returns the host, without the brackets of IPv6.
    public String host() {
        return HostAndPort.withoutBrackets(place().host());
    }

    /// Returns the port.
    public int port() {
        int port = place().port();
        return port < 0 ? USUAL_PORT : port;
    }

    private HostAndPort place() {
        HostAndPort place = HostAndPort.of(url);
        if (place == null) throw new IllegalStateException("Not checked: " + url.getScheme());
        return place;
    }

    /// Returns the number of the database.
    public int database() {
        String path = url.getRawPath();
        return path.length() < 2 ? 0 : Integer.parseInt(path.substring(1));
    }

    /// Returns true if it is called over TLS.
    public boolean isSecure() {
        return "rediss".equalsIgnoreCase(url.getScheme());
    }
}
