package dev.structured.service.server;

import dev.structured.service.config.ServerConfig;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// The settings of the public listener: threads, limits and strictness.
record PublicListener(PublicPort port, ListenerRules rules) {
    // An acceptor, a selector, and a few for what Jetty runs beside them; requests have virtual threads of
    // their own.
    private static final int PLATFORM_THREADS = 8;

    // The time that an idle connection stays open once the port is closed. A request in flight keeps its
    // connection.
    private static final long IDLE_AT_STOP_MILLIS = 300;

    // A page of a hundred parts says in its headers why each of them is missing.
    private static final int MAX_RESPONSE_HEADER_BYTES = 64 * 1024;

    ListenerPlugin.Settings settings(PageHandler pages, ProblemHandler problems) {
        return new ListenerPlugin.Settings(port.address(), threads(), limits().idleTimeout(), pages, problems,
                this::limit, this::connector);
    }

    private ServerConfig limits() {
        return port.limits();
    }

    private static QueuedThreadPool threads() {
        QueuedThreadPool pool = new QueuedThreadPool(PLATFORM_THREADS, 1);
        pool.setName("http");
        pool.setReservedThreads(0);
        // Not Jetty's VirtualThreadPool, which admits 200 tasks at once and then blocks the selector.
        pool.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("http-request-"));
        return pool;
    }

    private void limit(HttpConfiguration http) {
        http.setRequestHeaderSize(limits().maxHeaderBytes());
        http.setMaxResponseHeaderSize(MAX_RESPONSE_HEADER_BYTES);
        http.setUriCompliance(PublicUrls.RULES);
        // Jetty's RFC9110 mode would also accept lines that end without CR.
        http.setHttpCompliance(HttpCompliance.STRICT);
        // Marks requests that came by TLS. Any Host is accepted: the certificate is the same for all of them,
        // and a balancer's health check often has an address there.
        if (limits().tls() != null) http.addCustomizer(new SecureRequestCustomizer(false));
    }

    private ClientConnector connector(Server server, HttpConfiguration http) {
        ClientConnector connector = new PublicConnector(server, http, limits(), rules, port.certificate());
        connector.setReuseAddress(true);
        connector.setShutdownIdleTimeout(IDLE_AT_STOP_MILLIS);
        return connector;
    }
}
