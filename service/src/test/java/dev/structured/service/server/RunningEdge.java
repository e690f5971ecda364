package dev.structured.service.server;

import dev.structured.core.Scheduler;
import dev.structured.service.aggregate.PageSource;
import dev.structured.service.check.ConfigReader;
import dev.structured.service.config.ConnectionsConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.config.ServerText;
import dev.structured.service.config.TransferConfig;
import dev.structured.service.edge.RouteTable;
import dev.structured.service.edge.TraceContext;
import dev.structured.service.record.Recordings;
import dev.structured.service.record.Trace;
import dev.structured.service.tls.PemException;
import dev.structured.service.yaml.ConfigException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The public edge on a free port, with pages that a test scripts. Closing it checks that nothing was left
/// behind.
public final class RunningEdge implements AutoCloseable {
    public static final ServerConfig LIMITS = ServerText.read("maxBody: 10000B", "drainTimeout: 5s");

    /// Three parts, so that one or two can be missing.
    public static final RouteConfig ROUTE = routes("""
              - path: /products/{id}
                deadline: 800ms
                parts:
                  product: {from: product-service, path: "/product", required: true, budget: 200ms}
                  stock: {from: stock-service, path: "/stock"}
                  reviews: {from: reviews-service, path: "/reviews"}
            """).getFirst();

    public final Scheduler scheduler = Scheduler.open();
    public final AtomicBoolean accepting = new AtomicBoolean(true);
    public final RecordingObserver observer = new RecordingObserver();
    public final List<String> log = new CopyOnWriteArrayList<>();
    public final Recordings recordings = new Recordings(true);
    public final PublicServer server;
    public final int port;
    /// The sampled requests whose spans have not been made.
    private final AtomicInteger untraced = new AtomicInteger();

    public RunningEdge(PageSource pages) throws IOException {
        this(LIMITS, pages);
    }

    public RunningEdge(ServerConfig limits, PageSource pages) throws IOException {
        this(limits, RouteTable.of(List.of(ROUTE), pages));
    }

    public RunningEdge(ServerConfig limits, RouteTable routes) throws IOException {
        this(limits, routes, System::nanoTime);
    }

    /// @param nanoTime the time by which clients are judged to be slow
    public RunningEdge(ServerConfig limits, RouteTable routes, LongSupplier nanoTime) throws IOException {
        this(limits, routes, nanoTime, null);
    }

    /// @param tracer gives each request a span; null if no traces are made
    public RunningEdge(ServerConfig limits, RouteTable routes, LongSupplier nanoTime,
            @Nullable RequestTracer tracer) throws IOException {
        server = new PublicServer(
                new PublicPort(new ListenAddress("127.0.0.1", 0), limits, certificate(limits)), routes,
                scheduler,
                accepting::get,
                new ServerObservers(observer, recordings, tracer == null ? null : counted(tracer), log::add,
                        observer.connections),
                nanoTime);
        port = server.start();
    }

    /// Counts the requests whose spans are still to be made. That comes after all else that ends a request.
    private RequestTracer counted(RequestTracer tracer) {
        return new RequestTracer() {
            @Override
            public Trace begin(@Nullable TraceContext client, String method, String scheme) {
                Trace begun = tracer.begin(client, method, scheme);
                if (begun.isSampled()) untraced.incrementAndGet();
                return begun;
            }

            @Override
            public void ended(TracedRequest request) {
                try {
                    tracer.ended(request);
                } finally {
                    untraced.decrementAndGet();
                }
            }
        };
    }

    private static @Nullable ServerCertificate certificate(ServerConfig limits) throws IOException {
        if (limits.tls() == null) return null;
        try {
            return new ServerCertificate(limits.tls(), ServerCertificate.Observer.NONE);
        } catch (PemException | GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /// Returns limits with `idleTimeout` for a silent connection, a head, a body, and a reader without
    /// progress.
    public static ServerConfig idleAfter(Duration idleTimeout) {
        return idleAfter(LIMITS, idleTimeout);
    }

    static ServerConfig idleAfter(ServerConfig all, Duration idleTimeout) {
        TransferConfig usual = all.transfer();
        ServerConfig limits = new ServerConfig(all.maxBodyBytes(), all.maxHeaderBytes(), idleTimeout,
                Duration.ZERO, all.drainTimeout(), List.of(), all.tls(), all.http2(),
                all.halfClose(), all.connections(), usual);
        return with(limits, new TransferConfig(idleTimeout, idleTimeout, usual.answerTimeout(),
                usual.minRateBytes(), idleTimeout, usual.maxUnsentBytes()));
    }

    /// Returns limits with `limit` for a head, a body, and a reader without progress. They are judged by the
    /// clock of the edge, while a silent connection, which is judged by real time, is left alone.
    static ServerConfig slowAfter(ServerConfig all, Duration limit) {
        TransferConfig usual = all.transfer();
        return with(idleAfter(all, Duration.ofMinutes(5)), new TransferConfig(limit, limit,
                usual.answerTimeout(), usual.minRateBytes(), limit, usual.maxUnsentBytes()));
    }

    /// Returns `limits` with another pace of clients.
    static ServerConfig with(ServerConfig limits, TransferConfig transfer) {
        return new ServerConfig(limits.maxBodyBytes(), limits.maxHeaderBytes(), limits.idleTimeout(),
                limits.drainDelay(), limits.drainTimeout(), limits.deadlineHeaders(), limits.tls(),
                limits.http2(), limits.halfClose(), limits.connections(), transfer);
    }

    /// Returns `limits` with other limits of connections.
    static ServerConfig with(ServerConfig limits, ConnectionsConfig connections) {
        return new ServerConfig(limits.maxBodyBytes(), limits.maxHeaderBytes(), limits.idleTimeout(),
                limits.drainDelay(), limits.drainTimeout(), limits.deadlineHeaders(), limits.tls(),
                limits.http2(), limits.halfClose(), connections, limits.transfer());
    }

    /// Opens a connection.
    public RawClient connect() throws IOException {
        return new RawClient(port);
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /// Returns the one line of the access log, once it is there.
    public String logged() {
        Await.until("a line in the access log", () -> !log.isEmpty());
        return log.getFirst();
    }

    /// Waits until no task is left, every request that was started has ended, and its spans are made.
    public void settle() {
        Await.until("no live task", () -> scheduler.statistics().tasks() == 0);
        Await.until("no active request", () -> observer.active() == 0);
        Await.until("all spans", () -> untraced.get() == 0);
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

    /// Reads routes as they stand in a file; the downstreams are `product-service`, `stock-service`,
    /// `reviews-service`.
    public static List<RouteConfig> routes(String yaml) {
        String file = """
                downstreams:
                  product-service: {url: "http://127.0.0.1:1"}
                  stock-service: {url: "http://127.0.0.1:1"}
                  reviews-service: {url: "http://127.0.0.1:1"}
                routes:
                """ + yaml;
        try {
            return ConfigReader.read("test.yaml", file).routes();
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
