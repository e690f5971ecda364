package dev.structured.service.client;

import dev.structured.core.Timeouts;
import dev.structured.core.interop.OnCancel;
import dev.structured.core.interop.Workers;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Asks the resolver of the system for the addresses of one name, on worker threads. It blocks in native code
/// and cannot be stopped, so a task abandons it when the task is cancelled or its time is up. Thread-safe.
final class SystemLookup implements NameLookup {
    /// The most threads that name servers without an answer can occupy.
    private static final int MOST = 4;

    /// The JDK's own file of settings has it, and so it is there although nobody has chosen it.
    private static final String NEGATIVE_OF_THE_JDK = "10";
    private static final String SECONDS = "1";

    static {
        // The JVM's defaults of 30 s, and of 10 s for a name that was not found, would hide changes from more
        // frequent lookups. Read once, at the first lookup.
        remember("networkaddress.cache.ttl", null);
        remember("networkaddress.cache.negative.ttl", NEGATIVE_OF_THE_JDK);
    }

    private final String host;
    private final Workers workers;

    /// @param host the name
    SystemLookup(String host) {
        this.host = host;
        this.workers = new Workers("dns of " + host, MOST);
    }

    /// Lets the JVM remember lookups for a second only, unless somebody has chosen another time.
    private static void remember(String property, @Nullable String unchosen) {
        if (Objects.equals(Security.getProperty(property), unchosen)) Security.setProperty(property, SECONDS);
    }

    @Override
    public List<InetAddress> addresses(Duration timeout) throws UnknownHostException {
        return Timeouts.failAfter(timeout,
                () -> workers.call(OnCancel.ABANDON, () -> List.of(InetAddress.getAllByName(host))));
    }
}
