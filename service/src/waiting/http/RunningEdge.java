package dev.structured.service.http;

import dev.structured.core.Scheduler;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.PathTemplate;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/// The public edge on a free port, with pages that a test scripts. Closing it checks that nothing was left behind.
final class RunningEdge implements AutoCloseable {
    static final ServerConfig LIMITS = new ServerConfig(10_000, 8_192, Duration.ofSeconds(30), Duration.ZERO,
            Duration.ofSeconds(5));

    /// Three parts, so that one or two can be missing.
    static final RouteConfig ROUTE = new RouteConfig("/products/{id}", Duration.ofMillis(800),
            List.of(part("product", true), part("stock", false), part("reviews", false)));

    final Scheduler scheduler = Scheduler.create();
    final AtomicBoolean accepting = new AtomicBoolean(true);
    final RecordingObserver observer = new RecordingObserver();
    final List<String> log = new CopyOnWriteArrayList<>();
    final PublicServer server;
    final int port;

    RunningEdge(PageSource pages) throws IOException {
        this(LIMITS, pages);
    }

    RunningEdge(ServerConfig limits, PageSource pages) throws IOException {
        server = new PublicServer("127.0.0.1", 0, limits, List.of(ROUTE), pages, scheduler, observer,
                accepting::get,
                log::add);
        port = server.start();
    }

    static ServerConfig idleAfter(Duration idleTimeout) {
        return new ServerConfig(LIMITS.maxBodyBytes(), LIMITS.maxHeaderBytes(), idleTimeout, Duration.ZERO,
                Duration.ofSeconds(5));
    }

    /// Opens a connection.
    RawClient connect() throws IOException {
        return new RawClient(port);
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /// Returns the one line of the access log, once it is there.
    String logged() {
        Await.until("a line in the access log", () -> !log.isEmpty());
        return log.getFirst();
    }

    /// Waits until no task is left and every request that was started has ended.
    void settle() {
        Await.until("no live task", () -> scheduler.liveTasks() == 0);
        Await.until("no active request", () -> observer.active() == 0);
    }

    @Override
    public void close() {
        try {
            settle();
        } finally {
            scheduler.close();
            server.stop(Duration.ZERO);
        }
    }

    private static PartConfig part(String name, boolean required) {
        return new PartConfig(name, name + "-service", new PathTemplate("/" + name, List.of()), List.of(),
                required,
                Duration.ofMillis(200));
    }
}
