package dev.structured.service.client;

import dev.structured.core.Timeouts;
import dev.structured.core.TooSlowException;
import dev.structured.core.interop.OnCancel;
import dev.structured.core.interop.Workers;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.time.Duration;
import java.util.List;

/// Looks up the addresses of one name, on worker threads: the resolver blocks in native code, where nothing
/// can stop it, so a task leaves it alone when it is cancelled or its time is up. Thread-safe.
public final class NameLookup {
    /// Name servers that do not answer keep at most so many threads.
    private static final int MOST = 4;

    static {
        // The JVM's 30 s would hide changes from those who look more often. Read once, at the first lookup.
        if (Security.getProperty("networkaddress.cache.ttl") == null) {
            Security.setProperty("networkaddress.cache.ttl", "1");
        }
    }

    private final String host;
    private final Workers workers;

    /// @param host the name
    public NameLookup(String host) {
        this.host = host;
        this.workers = new Workers("dns of " + host, MOST);
    }

    /// Returns the addresses, at least one. Blocks. **Checkpoint.**
    ///
    /// @param timeout the longest time
    /// @throws UnknownHostException if there are none
    /// @throws TooSlowException if time is up
    public List<InetAddress> addresses(Duration timeout) throws UnknownHostException, TooSlowException {
        return Timeouts.failAfter(timeout,
                () -> workers.call(OnCancel.ABANDON, () -> List.of(InetAddress.getAllByName(host))));
    }
}
