package dev.structured.service.client;

import dev.structured.service.config.DownstreamConfig;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.AbstractConnectionPool;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.transport.HttpDestination;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;

/// The HTTP client of one downstream: Jetty's, with everything off that it would do unasked.
///
/// No redirects, cookies, credentials, proxies, compression or upgrades; nothing is ever sent twice.
final class JettyClient implements AutoCloseable {
    /*
     * Shorter than the idle timeouts that servers use, so that a kept connection is rarely one they just
     * closed.
     */
    private static final long IDLE_MILLIS = 4_000;

    private final HttpClient http;

    private JettyClient(HttpClient http) {
        this.http = http;
    }

    static JettyClient start(DownstreamConfig config, JettyResources shared) {
        StrictTransport transport = new StrictTransport(config.maxHeaderBytes());
        transport.setInvocationType(InvocationType.NON_BLOCKING); // an Exchange only copies bytes
        HttpClient http = new HttpClient(transport);
        http.setName("http-client-" + config.name());
        share(http, shared);
        limit(http, config);
        http.setSocketAddressResolver(resolver(shared, config.connectTimeout().toMillis()));
        http.setHttpCookieStore(new HttpCookieStore.Empty());
        LifeCycle.start(http);
        restrain(http);
        return new JettyClient(http);
    }

    private static void share(HttpClient http, JettyResources shared) {
        http.setExecutor(shared.threads());
        http.setScheduler(shared.timers());
        http.setByteBufferPool(shared.buffers());
    }

    private static void limit(HttpClient http, DownstreamConfig config) {
        http.setConnectTimeout(config.connectTimeout().toMillis());
        http.setIdleTimeout(IDLE_MILLIS);
        http.setMaxConnectionsPerDestination(config.maxConnections());
        http.setMaxRequestsQueuedPerDestination(config.maxConnections() + config.maxQueued());
        http.setMaxResponseHeadersSize(config.maxHeaderBytes());
        http.setMaxRequestHeadersSize(64 * 1024);
    }

    /* After the start, which installs what is taken out here. */
    private static void restrain(HttpClient http) {
        http.setFollowRedirects(false);
        http.setUserAgentField(new HttpField(HttpHeader.USER_AGENT, userAgent()));
        http.getContentDecoderFactories().clear();
        http.getProtocolHandlers().clear();
        http.getProtocolHandlers().put(new InterimAnswers());
    }

    private static String userAgent() {
        String version = JettyClient.class.getPackage().getImplementationVersion();
        return version == null ? "structured-service" : "structured-service/" + version;
    }

    /* So that a name that does not resolve can be told from an address that does not answer. */
    private static SocketAddressResolver resolver(JettyResources shared, long timeoutMillis) {
        SocketAddressResolver dns = new SocketAddressResolver.Async(shared.threads(), shared.timers(),
                timeoutMillis);
        return (host, port, context, promise) -> dns.resolve(host, port, context, new Promise<>() {
            @Override
            public void succeeded(List<InetSocketAddress> addresses) {
                promise.succeeded(addresses);
            }

            @Override
            public void failed(Throwable failure) {
                promise.failed(new Failures.Unresolved(host, failure));
            }
        });
    }

    /// Returns a request that has no timeout of its own: the caller is cancelled when its time is up.
    Request newRequest(URI uri) {
        return http.newRequest(uri).idleTimeout(0, TimeUnit.MILLISECONDS);
    }

    OpenConnections openConnections(String downstream, Target target) {
        int active = 0;
        int idle = 0;
        for (var destination : http.getDestinations()) {
            if (destination instanceof HttpDestination d
                    && d.getConnectionPool() instanceof AbstractConnectionPool pool) {
                active += pool.getActiveConnectionCount();
                idle += pool.getIdleConnectionCount();
            }
        }
        return new OpenConnections(downstream, target.host(), target.port(), active, idle);
    }

    @Override
    public void close() {
        JettyResources.stop(http);
    }
}
