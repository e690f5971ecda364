package dev.structured.service.server;

import dev.structured.core.Scheduler;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.edge.Edge;
import dev.structured.service.edge.RouteTable;
import io.javalin.Javalin;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.eclipse.jetty.server.Server;

/// The public listener: HTTP/1.1 and HTTP/2, with TLS or without, one virtual thread for each request, every
/// error a problem of RFC 9457.
///
/// The server starts no work of its own: the thread of each request becomes the root task of a run of the
/// scheduler. It can be started once and stopped once.
public final class PublicServer {
    private static final long TURN_NANOS = 5_000_000;

    private final ListenAddress address;
    private final Edge edge;
    private final PageHandler pages;
    private final Javalin app;

    /// @param scheduler runs the requests
    /// @param accepting false once the service is draining: new requests are then answered 503
    public PublicServer(PublicPort port, RouteTable routes, Scheduler scheduler, BooleanSupplier accepting,
            ServerObservers observers) {
        this(port, routes, scheduler, accepting, observers, System::nanoTime);
    }

    /// @param nanoTime the real time, by which clients are judged to be slow
    PublicServer(PublicPort port, RouteTable routes, Scheduler scheduler, BooleanSupplier accepting,
            ServerObservers observers, LongSupplier nanoTime) {
        this.address = port.address();
        ServerConfig limits = port.limits();
        RequestRecords records = new RequestRecords(observers.requests(), observers.recordings(),
                observers.tracer());
        this.edge = new Edge(limits, routes, accepting, observers.requests());
        this.pages = new PageHandler(edge, scheduler, records, limits);
        ProblemHandler problems = new ProblemHandler(records, edge);
        this.app = Javalin.create(config -> {
            var rules = new ListenerRules(limits.transfer(), limits.connections(), edge::isTrustedProxy,
                    edge::isShortOfMemory, observers.connections(), nanoTime);
            var listener = new PublicListener(port, rules);
            config.registerPlugin(new ListenerPlugin(listener.settings(pages, problems)));
            config.jetty
                    .modifyServer(server -> server.setRequestLog(new AccessLog(records, observers.log())));
        });
    }

    /// Serves another table from now on. Requests that have begun keep the table that they began with.
    public void serve(RouteTable table) {
        edge.serve(table);
    }

    /// Returns the bytes of answers that are made or wait for their readers.
    public long unsentBytes() {
        return edge.unsentBytes();
    }

    /// Opens the port and begins to answer.
    ///
    /// @return the port that is open
    /// @throws BindException if the port cannot be opened; its message names the port and what to do
    public int start() throws BindException {
        try {
            return app.start().port();
        } catch (UncheckedIOException e) {
            throw cannotOpen(e);
        }
    }

    /// Has every answer from now on close its connection, so that clients send their next requests elsewhere.
    public void closeAfterAnswers() {
        pages.closeAfterAnswers();
    }

    /// Accepts the connections that wait at the port, and closes the port. Open connections are closed with
    /// their next answers; those of HTTP/2 get a GOAWAY. Does not block.
    public void stopAccepting() {
        closeAfterAnswers();
        connector().drain();
    }

    /// Waits until every connection has gone, for at most `grace`. Requests that come during this time are
    /// answered. Blocks.
    public void awaitDrained(Duration grace) {
        long end = System.nanoTime() + grace.toNanos();
        while (connector().hasClients() && System.nanoTime() - end < 0) {
            connector().endIdleSessions();
            LockSupport.parkNanos(TURN_NANOS);
        }
    }

    /// Stops the server: waits until the answers in flight have been sent, then closes all connections.
    ///
    /// Blocks for at most `grace`. Requests that must not run on are cancelled by the scheduler before.
    public void stop(Duration grace) {
        server().setStopTimeout(grace.toMillis());
        app.stop();
    }

    /// Returns the connector of the running server.
    PublicConnector connector() {
        return (PublicConnector) server().getConnectors()[0];
    }

    private Server server() {
        return app.jettyServer().server();
    }

    private BindException cannotOpen(UncheckedIOException e) {
        Throwable cause = e;
        while (cause.getCause() != null)
            cause = cause.getCause();
        String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        BindException named = new BindException(
                "Port " + address.port() + " of " + address.host() + " cannot be opened: " + why
                        + ". Stop the program that listens there, or choose another port (0 for any free"
                        + " one).");
        named.initCause(cause);
        return named;
    }
}
