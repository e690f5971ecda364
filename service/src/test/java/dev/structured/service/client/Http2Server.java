package dev.structured.service.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.api.server.ServerSessionListener;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.http2.server.RawHTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.RateControl;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/// A scripted downstream that speaks HTTP/2, by Jetty's server; frames are the script's.
final class Http2Server implements AutoCloseable {
    /// A request, when its head has arrived.
    record Asked(Stream stream, MetaData.Request head, ByteBody body, Http2Server server) {
        String path() {
            return head.getHttpURI().getPathQuery();
        }

        @Nullable
        String header(String name) {
            return head.getHttpFields().get(name);
        }

        /// Answers with JSON.
        void answer(int status, String json) {
            byte[] bytes = json.getBytes(UTF_8);
            head(status, HttpFields.build().put("content-type", "application/json"), false,
                    () -> data(bytes, true));
        }

        void head(int status, HttpFields fields, boolean last) {
            head(status, fields, last, () -> {});
        }

        /// @param then runs when the frame has been written
        void head(int status, HttpFields fields, boolean last, Runnable then) {
            stream.headers(new HeadersFrame(stream.getId(),
                    new MetaData.Response(status, null, HttpVersion.HTTP_2, fields), null, last),
                    Callback.from(then));
        }

        void data(byte[] bytes, boolean last) {
            data(bytes, last, () -> {});
        }

        /// @param then runs when the frame has been written
        void data(byte[] bytes, boolean last, Runnable then) {
            stream.data(new DataFrame(stream.getId(), ByteBuffer.wrap(bytes), last), Callback.from(then));
        }

        /// Has the server send heads that the client does not want.
        void sendAnyHead() {
            ((HTTP2Session) stream.getSession()).getGenerator().getHpackEncoder()
                    .setMaxHeaderListSize(1_000_000);
        }

        /// Does something later, on another thread.
        void later(Duration delay, Runnable action) {
            server.connector.getScheduler().schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
        }

        /// Closes the connection without a word.
        void disconnect() {
            ((HTTP2Session) stream.getSession()).disconnect();
        }

        void reset(ErrorCode code) {
            stream.reset(new ResetFrame(stream.getId(), code.code), Callback.NOOP);
        }
    }

    /// The body of a request, as far as it has been read.
    static final class ByteBody {
        final AtomicInteger length = new AtomicInteger();
        volatile boolean complete;
        /// What is done when it is complete.
        volatile Runnable then = () -> {};
    }

    final List<Session> sessions = new CopyOnWriteArrayList<>();
    final Set<Session> open = ConcurrentHashMap.newKeySet();
    final List<Asked> asked = new CopyOnWriteArrayList<>();
    /// The codes with which streams were reset by the client.
    final List<Integer> resets = new CopyOnWriteArrayList<>();
    final List<GoAwayFrame> goAways = new CopyOnWriteArrayList<>();
    volatile Consumer<Asked> script = Http2Server::echo;
    /// Whether bodies of requests are read; otherwise the window stays as it is.
    volatile boolean readsBodies = true;
    private final Server server;
    private final ServerConnector connector;
    private final boolean encrypted;

    /// @param tls null for none
    /// @param more what else the server speaks, by ALPN
    Http2Server(@Nullable SSLContext tls, Consumer<RawHTTP2ServerConnectionFactory> settings,
            ConnectionFactory... more) throws Exception {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setDaemon(true);
        server = new Server(threads);
        encrypted = tls != null;
        var http2 = new RawHTTP2ServerConnectionFactory(configuration(), new Listener());
        http2.setRateControlFactory(new RateControl.Factory() {
        });
        settings.accept(http2);
        connector = tls == null
                ? new ServerConnector(server, http2)
                : new ServerConnector(server, factories(tls, http2, more));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.start();
    }

    Http2Server() throws Exception {
        this(null, factory -> {});
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.addCustomizer(new SecureRequestCustomizer(false));
        return configuration;
    }

    private static ConnectionFactory[] factories(SSLContext tls, ConnectionFactory http2,
            ConnectionFactory... more) {
        SslContextFactory.Server context = new SslContextFactory.Server();
        context.setSslContext(tls);
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol(more.length == 0 ? "h2" : more[0].getProtocol());
        ConnectionFactory[] all = new ConnectionFactory[3 + more.length];
        all[0] = new SslConnectionFactory(context, alpn.getProtocol());
        all[1] = alpn;
        all[2] = http2;
        System.arraycopy(more, 0, all, 3, more.length);
        return all;
    }

    URI url() {
        return URI.create((encrypted ? "https" : "http") + "://127.0.0.1:" + connector.getLocalPort());
    }

    int connections() {
        return sessions.size();
    }

    /// How many sockets are open, also those that do not speak HTTP/2.
    int sockets() {
        return connector.getConnectedEndPoints().size();
    }

    /// Has the server agree to one protocol, and answer it.
    void speakOnly(String protocol, Handler handler) throws Exception {
        server.stop();
        connector.getConnectionFactory(ALPNServerConnectionFactory.class).setDefaultProtocol(protocol);
        connector.removeConnectionFactory("h2");
        server.setHandler(handler);
        server.start();
    }

    int requests() {
        return asked.size();
    }

    /// Answers with the path it was asked for.
    static void echo(Asked asked) {
        asked.answer(200, "{\"path\":\"" + asked.path() + "\"}");
    }

    /// Sends a GOAWAY.
    ///
    /// @param lastStream the last stream that is said to be processed
    void goAway(int lastStream) {
        for (Session each : open) {
            ((HTTP2Session) each).goAway(new GoAwayFrame(lastStream, ErrorCode.NO_ERROR.code, null),
                    Callback.NOOP);
        }
    }

    @Override
    public void close() {
        LifeCycle.stop(server);
    }

    private final class Listener implements ServerSessionListener {
        @Override
        public void onAccept(Session session) {
            sessions.add(session);
            open.add(session);
        }

        @Override
        public Stream.Listener onNewStream(Stream stream, HeadersFrame frame) {
            Asked now = new Asked(stream, (MetaData.Request) frame.getMetaData(), new ByteBody(),
                    Http2Server.this);
            now.body.complete = frame.isEndStream();
            asked.add(now);
            if (!frame.isEndStream() && readsBodies) stream.demand();
            script.accept(now);
            return new Streams(now);
        }

        @Override
        public void onGoAway(Session session, GoAwayFrame frame) {
            goAways.add(frame);
        }

        @Override
        public void onClose(Session session, GoAwayFrame frame, Callback callback) {
            open.remove(session);
            callback.succeeded();
        }

        @Override
        public void onFailure(Session session, Throwable failure, Callback callback) {
            open.remove(session);
            callback.succeeded();
        }
    }

    private final class Streams implements Stream.Listener {
        private final Asked now;

        private Streams(Asked now) {
            this.now = now;
        }

        @Override
        public void onDataAvailable(Stream stream) {
            while (true) {
                Stream.Data data = stream.readData();
                if (data == null) {
                    stream.demand();
                    return;
                }
                now.body.length.addAndGet(data.frame().remaining());
                data.release();
                if (data.frame().isEndStream()) {
                    now.body.complete = true;
                    now.body.then.run();
                    return;
                }
            }
        }

        @Override
        public void onReset(Stream stream, ResetFrame frame, Callback callback) {
            resets.add(frame.getError());
            callback.succeeded();
        }
    }

    /// The number of streams that are open.
    int streams() {
        return open.stream().mapToInt(each -> each.getStreams().size()).sum();
    }
}
