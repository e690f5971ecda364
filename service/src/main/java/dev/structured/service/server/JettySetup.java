package dev.structured.service.server;

import dev.structured.service.config.ServerConfig;
import io.javalin.config.JavalinConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// How the public edge's Jetty is set up: threads, limits, strictness, and our own handlers at its ends.
final class JettySetup {
    // An acceptor, a selector, and a few for what Jetty runs beside them; requests have virtual threads of their own.
    private static final int PLATFORM_THREADS = 8;

    // How long a connection may be silent once the port is closed; one with a running request may for longer.
    private static final long IDLE_AT_STOP_MILLIS = 300;

    // Javalin's own choice, LEGACY, lets through paths that two readers may read differently; DEFAULT refuses them, and
    // with them every value that contains a percent sign. The routes decode once and encode again, so that one is safe.
    private static final UriCompliance URLS = UriCompliance.DEFAULT.with("structured",
            UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING);

    // A page of a hundred parts says in its headers why each of them is missing.
    private static final int MAX_RESPONSE_HEADER_BYTES = 64 * 1024;

    private JettySetup() {}

    static void apply(JavalinConfig config, String host, int port, ServerConfig limits, FrontDoor door,
            ProblemHandler problems, AccessLog log) {
        config.jetty.threadPool = threads();
        config.jetty.modifyServer(server -> {
            // Replaces Javalin's statistics handler: the front door counts.
            server.setHandler(door);
            server.setErrorHandler(problems);
            server.setRequestLog(log);
        });
        config.jetty.modifyServletContextHandler(context -> context.setErrorHandler(problems));
        config.jetty.modifyHttpConfiguration(http -> limit(http, limits));
        config.jetty.addConnector((server, http) -> connector(server, http, host, port, limits));
    }

    private static QueuedThreadPool threads() {
        QueuedThreadPool pool = new QueuedThreadPool(PLATFORM_THREADS, 1);
        pool.setName("http");
        pool.setReservedThreads(0);
        // Not Jetty's VirtualThreadPool: that one admits 200 tasks at once and blocks the selector at the next.
        pool.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("http-request-"));
        return pool;
    }

    private static void limit(HttpConfiguration http, ServerConfig limits) {
        http.setRequestHeaderSize(limits.maxHeaderBytes());
        http.setMaxResponseHeaderSize(MAX_RESPONSE_HEADER_BYTES);
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setUriCompliance(URLS);
        // RFC9110 differs in one thing: it takes lines that end without CR.
        http.setHttpCompliance(HttpCompliance.STRICT);
    }

    private static Connector connector(Server server, HttpConfiguration http, String host, int port,
            ServerConfig limits) {
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(limits.idleTimeout().toMillis());
        connector.setReuseAddress(true);
        connector.setShutdownIdleTimeout(IDLE_AT_STOP_MILLIS);
        connector.addBean(new SlowHeads(connector, limits.idleTimeout()));
        open(connector);
        return connector;
    }

    /// Opens the port now and not when the server starts: Javalin would log that failure beside the caller's message.
    private static void open(ServerConnector connector) {
        try {
            connector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
