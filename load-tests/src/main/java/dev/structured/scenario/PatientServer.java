package dev.structured.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
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

/// A downstream of HTTP/2 without TLS, by Jetty, that answers each request after the time that its path names
/// in its second segment, as in `/word/MILLIS/more`. Tens of thousands may wait, on one connection and
/// without a thread each.
final class PatientServer implements AutoCloseable {
    private static final int MOST_STREAMS = 100_000;
    private static final byte[] BODY = "{\"ok\":true}".getBytes(UTF_8);

    private final Server server;
    private final ServerConnector connector;

    private PatientServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /// Starts it on any free port of the loopback address.
    static PatientServer start() throws Exception {
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
                int millis = Integer.parseInt(request.getHttpURI().getPath().split("/", -1)[2]);
                request.getComponents().getScheduler().schedule(() -> {
                    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
                    response.write(true, ByteBuffer.wrap(BODY), callback);
                }, millis, TimeUnit.MILLISECONDS);
                return true;
            }
        });
        server.start();
        return new PatientServer(server, connector);
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
