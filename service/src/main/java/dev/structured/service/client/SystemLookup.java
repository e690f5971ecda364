package dev.structured.service.client;

import dev.structured.core.Timeouts;
import dev.structured.core.interop.OnCancel;
import dev.structured.core.interop.Workers;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.time.Duration;
import java.util.List;

/// Asks the resolver of the system for the addresses of one name, on worker threads. It blocks in native code
/// and cannot be stopped, so a task abandons it when the task is cancelled or its time is up. Thread-safe.
final class SystemLookup implements NameLookup {
    /// The most threads that name servers without an answer can occupy.
    private static final int MOST = 4;

    static {
        // The JVM's default of 30 s would hide changes from more frequent lookups. Read once, at the first
        // lookup.
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
