package dev.structured.service.client;

import dev.structured.core.Timeouts;
import dev.structured.core.interop.OnCancel;
import dev.structured.core.interop.Workers;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.time.Duration;
import java.util.List;

/// Asks the resolver of the system for the addresses of one name, on worker threads: it blocks in native
/// code, where nothing can stop it, so a task leaves it alone when it is cancelled or its time is up.
/// Thread-safe.
final class SystemLookup implements NameLookup {
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
    SystemLookup(String host) {
        this.host = host;
        this.workers = new Workers("dns of " + host, MOST);
    }

    @Override
    public List<InetAddress> addresses(Duration timeout) throws UnknownHostException {
        return Timeouts.failAfter(timeout,
                () -> workers.call(OnCancel.ABANDON, () -> List.of(InetAddress.getAllByName(host))));
    }
}
