package dev.structured.page;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// A downstream of HTTP/2 without TLS, by Jetty, that answers each request at once with the same body.
final class Http2Stub implements AutoCloseable {
    private static final int MOST_STREAMS = 1_000;

    private final Server server;
    private final ServerConnector connector;

    private Http2Stub(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /// Starts it on any free port of the loopback address.
    static Http2Stub start(byte[] body) throws Exception {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setDaemon(true);
        Server server = new Server(threads);
        HTTP2CServerConnectionFactory http2 = new HTTP2CServerConnectionFactory(new HttpConfiguration());
        http2.setMaxConcurrentStreams(MOST_STREAMS);
        ServerConnector connector = new ServerConnector(server, http2);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract.NonBlocking() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
                response.write(true, ByteBuffer.wrap(body), callback);
                return true;
            }
        });
        server.start();
        return new Http2Stub(server, connector);
    }

    /// Returns its address, as `http://address:port`.
    String url() {
        return "http://127.0.0.1:" + connector.getLocalPort();
    }

    @Override
    public void close() {
        LifeCycle.stop(server);
    }
}
