package dev.structured.service.server;

import dev.structured.service.config.ServerConfig;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/// The settings of the public listener: threads, limits and strictness.
final class PublicListener {
    // An acceptor, a selector, and a few for what Jetty runs beside them; requests have virtual threads of
    // their own.
    private static final int PLATFORM_THREADS = 8;

    // How long an idle connection stays open once the port is closed. A running request keeps its connection.
    private static final long IDLE_AT_STOP_MILLIS = 300;

    // A page of a hundred parts says in its headers why each of them is missing.
    private static final int MAX_RESPONSE_HEADER_BYTES = 64 * 1024;

    private PublicListener() {}

    static ListenerPlugin.Settings settings(String host, int port, ServerConfig limits,
            PageHandler pages, ProblemHandler problems, @Nullable ServerCertificate certificate) {
        return new ListenerPlugin.Settings(host, port, threads(), limits.idleTimeout(), pages, problems,
                http -> limit(http, limits),
                (server, http) -> connector(server, http, limits, certificate));
    }

    private static QueuedThreadPool threads() {
        QueuedThreadPool pool = new QueuedThreadPool(PLATFORM_THREADS, 1);
        pool.setName("http");
        pool.setReservedThreads(0);
        // Not Jetty's VirtualThreadPool, which admits 200 tasks at once and then blocks the selector.
        pool.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("http-request-"));
        return pool;
    }

    private static void limit(HttpConfiguration http, ServerConfig limits) {
        http.setRequestHeaderSize(limits.maxHeaderBytes());
        http.setMaxResponseHeaderSize(MAX_RESPONSE_HEADER_BYTES);
        http.setUriCompliance(PublicUrls.RULES);
        // Jetty's RFC9110 mode would also accept lines that end without CR.
        http.setHttpCompliance(HttpCompliance.STRICT);
        // Says that a request came by TLS. Any Host will do: the certificate is the same for all of them, and
        // a balancer's health check often has an address there.
        if (limits.tls() != null) http.addCustomizer(new SecureRequestCustomizer(false));
    }

    private static ServerConnector connector(Server server, HttpConfiguration http, ServerConfig limits,
            @Nullable ServerCertificate certificate) {
        ServerConnector connector = new PublicConnector(server, http, limits, certificate);
        connector.setReuseAddress(true);
        connector.setShutdownIdleTimeout(IDLE_AT_STOP_MILLIS);
        connector.addBean(new SlowHeads(connector, limits.idleTimeout()));
        return connector;
    }
}
