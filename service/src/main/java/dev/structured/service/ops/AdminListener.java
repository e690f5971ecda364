package dev.structured.service.ops;

import dev.structured.service.config.ConnectionsConfig;
import dev.structured.service.config.TransferConfig;
import dev.structured.service.descriptors.DescriptorReserve;
import dev.structured.service.server.ClientConnector;
import dev.structured.service.server.ConnectionObserver;
import dev.structured.service.server.ListenAddress;
import dev.structured.service.server.ListenerPlugin;
import dev.structured.service.server.ListenerRules;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// A port for people and tools: few threads, and limits for slow clients.
final class AdminListener implements AutoCloseable {
    private static final AdminProblems PROBLEMS = new AdminProblems();
    private static final int THREADS = 8;
    private static final int MAX_HEADER_BYTES = 4096;
    private static final Duration IDLE = Duration.ofSeconds(30);
    /// The pace that its clients must keep. [PageBulkhead] bounds the unsent answers.
    private static final TransferConfig TRANSFER = new TransferConfig(Duration.ofSeconds(5),
            Duration.ofSeconds(5), Duration.ofSeconds(30), 1024, Duration.ofSeconds(5), Integer.MAX_VALUE);

    private static final ConnectionsConfig CONNECTIONS = new ConnectionsConfig(256, null, null, 1024,
            List.of());
    private static final int RESERVED_DESCRIPTORS = 8;

    private final ListenAddress address;
    private final ConnectionObserver connections;
    /// The descriptors that it needs to answer when clients and calls have used up all others.
    private final DescriptorReserve reserve = new DescriptorReserve(RESERVED_DESCRIPTORS);

    /// @param connections observes the connections
    AdminListener(ListenAddress address, ConnectionObserver connections) {
        this.address = address;
        this.connections = connections;
    }

    /// Returns the plugin that turns a Javalin into this listener.
    ListenerPlugin plugin() {
        return new ListenerPlugin(new ListenerPlugin.Settings(address, threads(), IDLE, null, PROBLEMS,
                http -> http.setRequestHeaderSize(MAX_HEADER_BYTES), this::connector));
    }

    private ClientConnector connector(Server server, HttpConfiguration http) {
        var rules = new ListenerRules(TRANSFER, CONNECTIONS, _ -> false, () -> false, connections,
                System::nanoTime);
        return ClientConnector.http1(server, http, rules, reserve);
    }

    private static QueuedThreadPool threads() {
        var threads = new QueuedThreadPool(THREADS, 2);
        threads.setName("admin");
        return threads;
    }

    @Override
    public void close() {
        reserve.close();
    }
}
