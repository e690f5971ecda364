package dev.structured.service.ops;

import dev.structured.service.config.ConnectionsConfig;
import dev.structured.service.config.TransferConfig;
import dev.structured.service.descriptors.DescriptorReserve;
import dev.structured.service.server.ClientConnector;
import dev.structured.service.server.ConnectionObserver;
import dev.structured.service.server.ListenAddress;
import dev.structured.service.server.ListenerPlugin;
import dev.structured.service.server.ListenerRules;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
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

    private final Javalin javalin;

    /// @param gate checks each request
    /// @param connections observes the connections
    /// @param pages adds the pages; called once, by this constructor
    AdminListener(ListenAddress address, AdminGate gate, ConnectionObserver connections,
            Consumer<RoutesConfig> pages) {
        this.address = address;
        this.connections = connections;
        this.javalin = Javalin.create(config -> configure(config, gate, pages));
    }

    private void configure(JavalinConfig config, AdminGate gate, Consumer<RoutesConfig> pages) {
        config.registerPlugin(new ListenerPlugin(new ListenerPlugin.Settings(address, threads(), IDLE, null,
                PROBLEMS, http -> http.setRequestHeaderSize(MAX_HEADER_BYTES), this::connector)));
        config.http.prefer405over404 = true;
        config.routes.before(gate::check);
        pages.accept(config.routes);
        config.routes.exception(HttpResponseException.class, AdminListener::refused);
    }

    /// Opens the port and begins to answer requests.
    ///
    /// @return the port that was opened
    /// @throws IOException if the port cannot be opened
    int start() throws IOException {
        try {
            return javalin.start().port();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void refused(HttpResponseException e, Context ctx) {
        AdminProblems.answer(ctx, e.getStatus());
        // Its only detail is the methods that the path has, under a name that depends on Accept.
        if (e instanceof MethodNotAllowedResponse) {
            ctx.header("Allow", String.join(", ", e.getDetails().values()));
        }
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

    /// Stops listening and closes the connections of requests that are still in flight.
    @Override
    public void close() {
        javalin.stop();
        reserve.close();
    }
}
