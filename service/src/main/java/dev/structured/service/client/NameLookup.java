package dev.structured.service.client;

import dev.structured.core.TooSlowException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;

/// Looks up the addresses of one name. **Thread-safe.**
@FunctionalInterface
public interface NameLookup {
    /// Returns the lookup of a name by the resolver of the system.
    static NameLookup of(String host) {
        return new SystemLookup(host);
    }

    /// Returns the addresses, at least one. Blocks. **Checkpoint.**
    ///
    /// @param timeout the longest time
    /// @throws UnknownHostException if there are none
    /// @throws TooSlowException if time is up
    List<InetAddress> addresses(Duration timeout) throws UnknownHostException;
}
