package dev.structured.page;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
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

/// A downstream of HTTP/2 without TLS, by Jetty, that answers each request with the same body. Tens of
/// thousands of requests may wait, on one connection and without a thread each.
public final class Http2Stub implements AutoCloseable {
    private static final int MOST_STREAMS = 100_000;

    private final Server server;
    private final ServerConnector connector;

    private Http2Stub(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /// Starts it on any free port of the loopback address.
    ///
    /// @param pause returns the milliseconds after which a request for a path is answered; 0 for at once
    public static Http2Stub start(byte[] body, ToIntFunction<String> pause) throws Exception {
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
                int millis = pause.applyAsInt(request.getHttpURI().getPath());
                if (millis == 0) answer(response, callback);
                else
                    request.getComponents().getScheduler().schedule(() -> answer(response, callback), millis,
                            TimeUnit.MILLISECONDS);
                return true;
            }

            private void answer(Response response, Callback callback) {
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
                response.write(true, ByteBuffer.wrap(body), callback);
            }
        });
        server.start();
        return new Http2Stub(server, connector);
    }

    /// Returns its address, as `http://address:port`.
    public String url() {
        return "http://127.0.0.1:" + connector.getLocalPort();
    }

    @Override
    public void close() {
        LifeCycle.stop(server);
    }
}
