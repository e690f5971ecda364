package dev.structured.service.client;

import dev.structured.core.CancelScope;
import dev.structured.core.Deadline;
import dev.structured.core.Nursery;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.frames.Frame;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.PingFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;

/// One connection of HTTP/2, which carries many exchanges at the same time.
///
/// ```
///            settings arrive          GOAWAY, or it is not needed any more          the last stream ends
///   OPENING ──────────────────▶ OPEN ─────────────────────────────────▶ DRAINING ───────────────────▶ CLOSED
///      └────── no connection, no HTTP/2 ──────▶ CLOSED ◀────── it breaks, or is closed ──────┘
/// ```
///
/// Two tasks of the program's own run serve it: the task that opens it reads, another one writes.
final class Http2Connection implements Session.Listener, HTTP2Session.FrameListener {
    /// The result of opening a connection.
    enum Opened {
        /// It carries calls.
        HTTP_2,
        /// The downstream has chosen HTTP/1.1.
        HTTP_1_1
    }

    /// Servers close idle connections after some 30 s or more, and announce it before.
    static final Duration MOST_IDLE = Duration.ofSeconds(30);
    /// Stream numbers end at 2^31; a connection that has used up half of them is replaced.
    static final int MOST_STREAM_ID = 1 << 30;
    /// A head that exceeds the limit by up to this factor fails its call; a larger one fails the connection.
    private static final int HEAD_TOLERANCE = 8;

    private final MultiplexedTransport owner;
    private final Connections.Key key;
    private final long began = System.nanoTime();
    private final CountDownLatch opened = new CountDownLatch(1);
    /// Limits the time until the settings arrive.
    private final CancelScope scope = new CancelScope("HTTP/2");
    private final StreamPlaces places = new StreamPlaces();
    private volatile @Nullable Opened how;
    private volatile @Nullable DownstreamException failure;
    private volatile @Nullable HTTP2Session session;
    private volatile @Nullable WireEndPoint endPoint;
    private volatile boolean draining;
    private volatile boolean broken;
    private volatile @Nullable String lostBecause;
    private volatile boolean closed;
    /// The last stream that the downstream may have processed, after its GOAWAY.
    private volatile int lastProcessed = Integer.MAX_VALUE;
    private volatile int maxRequestHead = Integer.MAX_VALUE;

    /// All guarded by this.
    /// The exchanges that have a stream, or are about to have one.
    private final Set<Http2Exchange> exchanges = new HashSet<>();
    private long idleSince = System.nanoTime();

    Http2Connection(MultiplexedTransport owner, Connections.Key key) {
        this.owner = owner;
        this.key = key;
    }

    /* --- Its life --- */

    /// Opens the connection and serves it until its end. Blocks.
    ///
    /// @throws InterruptedException if interrupted meanwhile
    void live() throws InterruptedException {
        try {
            scope.run(this::openAndServe);
            if (scope.absorbedCancellation() && !closed) {
                failure = new DownstreamException(ErrorType.CONNECT_TIMEOUT, "No HTTP/2 connection in time",
                        null);
            }
        } catch (RuntimeException e) {
            fail(ErrorType.PROTOCOL, "Unexpected: " + e, e);
        } finally {
            end();
        }
    }

    private void openAndServe() throws InterruptedException {
        try {
            Wire wire = owner.open(() -> scope.setTimeout(key.connectTimeout().multipliedBy(2)));
            String agreed = wire.protocol();
            if (key.target().encrypted() && !agreed.equals("h2")) chosen(wire);
            else
                serve(wire);
        } catch (DownstreamException e) {
            failure = e;
        }
    }

    private void chosen(Wire wire) throws DownstreamException {
        if (owner.takeOver(wire)) {
            how = Opened.HTTP_1_1;
        } else {
            wire.close();
            throw new DownstreamException(ErrorType.TLS,
                    "No HTTP/2: the downstream does not agree to 'h2' by ALPN",
                    null);
        }
    }

    /// Returns the largest head that is decoded.
    private int mostHeadBytes() {
        return HEAD_TOLERANCE * key.maxHeaderBytes();
    }

    private void serve(Wire wire) throws InterruptedException {
        WireEndPoint socket = new WireEndPoint(wire, new ScheduledExecutorScheduler("unused", true));
        Connection connection = Http2Client.connect(socket, owner.buffers(),
                mostHeadBytes(), this);
        endPoint = socket;
        try {
            Nursery.run("HTTP/2", nursery -> {
                nursery.startSoon("writer", socket::writeAll);
                connection.onOpen();
                socket.readAll();
                nursery.scope().cancel("the connection has ended");
            });
        } finally {
            broken = true;
            socket.close();
            connection.onClose(null);
        }
    }

    /// Called if the connection will not be opened.
    void refuse() {
        fail(ErrorType.RESET, "The connections to the downstream are closed", null);
        end();
    }

    private void fail(ErrorType type, String why, @Nullable Throwable cause) {
        if (failure == null) failure = new DownstreamException(type, why, cause);
    }

    private void end() {
        fail(ErrorType.PROTOCOL, "The downstream did not begin HTTP/2", null);
        drain();
        opened.countDown();
        owner.ended(this);
        left().forEach(Http2Exchange::onConnectionEnd);
    }

    private synchronized List<Http2Exchange> left() {
        return new ArrayList<>(exchanges);
    }

    /* --- Calls --- */

    /// Waits until the connection is open. Blocks.
    ///
    /// @throws DownstreamException if it could not be opened
    /// @throws InterruptedException if interrupted meanwhile
    Opened awaitOpen() throws DownstreamException, InterruptedException {
        opened.await();
        Opened began = how;
        if (began != null) return began;
        DownstreamException why = failure;
        throw new DownstreamException(why == null ? ErrorType.RESET : why.type(),
                why == null ? "No connection" : String.valueOf(why.getMessage()), why);
    }

    /// Returns true if it carries calls, or has carried some.
    boolean isOpened() {
        return how == Opened.HTTP_2;
    }

    /// Sends a request on a stream of its own, and reads the answer. Blocks, also while the downstream allows
    /// no more streams.
    ///
    /// @return false if the downstream has not processed the request, so that it may be sent again
    /// @throws DownstreamException if the exchange failed
    /// @throws InterruptedException if interrupted meanwhile
    boolean exchange(OutgoingRequest request, ClientExchange answer)
            throws DownstreamException, InterruptedException {
        places.acquire();
        Http2Exchange exchange = new Http2Exchange(this, answer, request.body);
        HTTP2Session open = begin(exchange);
        answer.connected();
        if (open == null) return false;
        HeadersFrame head = null;
        try {
            head = head(request);
        } finally {
            if (head == null) release(exchange);
        }
        open.newStream(head, exchange, exchange);
        return exchange.await();
    }

    private synchronized @Nullable HTTP2Session begin(Http2Exchange exchange) {
        if (draining) {
            places.release();
            return null;
        }
        exchanges.add(exchange);
        return session;
    }

    /// Called when the stream of an exchange has ended, or could not be opened.
    void release(Http2Exchange exchange) {
        synchronized (this) {
            if (!exchanges.remove(exchange)) return;
            idleSince = System.nanoTime();
        }
        places.release();
    }

    /// Called when a stream could not be opened. Jetty refuses streams on a session that it closes before it
    /// reports the end of the session, and the request must not be tried here again.
    void streamRefused() {
        HTTP2Session from = session;
        if (from == null || from.isClosed()) drain();
    }

    private HeadersFrame head(OutgoingRequest request) throws DownstreamException {
        byte[] body = request.body;
        HttpFields fields = request.fields();
        checkSize(request, fields);
        MetaData.Request head = new MetaData.Request(request.method,
                key.target().encrypted() ? "https" : "http",
                new HostPortHttpField(key.target().authority()), request.target, HttpVersion.HTTP_2, fields,
                body == null ? -1 : body.length);
        return new HeadersFrame(head, null, body == null);
    }

    /* A head over the limit would end the connection, and all calls on it. */
    private void checkSize(OutgoingRequest request, HttpFields fields) throws DownstreamException {
        int size = 4 * 32 + 40 + request.target.length() + key.target().authority().length();
        for (HttpField each : fields) {
            size += each.getName().length() + String.valueOf(each.getValue()).length() + 32;
        }
        RequestHead.checkSize(size);
        if (size <= maxRequestHead) return;
        throw maxRequestHead <= 1
                ? new DownstreamException(ErrorType.PROTOCOL, "The downstream takes no heads of calls", null)
                : new DownstreamException(ErrorType.BAD_PARAMETER, "The call's head is larger than the "
                        + maxRequestHead + " bytes that the downstream takes", null);
    }

    /// Called when a stream has begun.
    void begun(int stream) {
        if (stream >= MOST_STREAM_ID) drain();
    }

    /// Returns true if the downstream has said that it will not process a stream.
    boolean isUnprocessed(int stream) {
        return stream > lastProcessed;
    }

    /// Returns true if the socket is closed.
    boolean isBroken() {
        return broken;
    }

    /// Returns the reason why the connection was given up, or has broken; null if that is not known.
    @Nullable
    String lostBecause() {
        WireEndPoint socket = endPoint;
        IOException lost = socket == null ? null : socket.lost();
        return lostBecause != null || lost == null ? lostBecause : lost.getMessage();
    }

    /// Returns true if the caller is the task that reads.
    boolean isReading() {
        WireEndPoint socket = endPoint;
        return socket != null && socket.isReading();
    }

    /// Runs an action when the bytes that are being read have been handled; called by the task that reads.
    void afterReading(Runnable action) {
        WireEndPoint socket = endPoint;
        if (socket != null) socket.afterReading(action);
    }

    int maxHeadBytes() {
        return key.maxHeaderBytes();
    }

    /// Returns true if it carries calls now.
    synchronized boolean isActive() {
        return !exchanges.isEmpty();
    }

    /* --- Events --- */

    @Override
    public Map<Integer, Integer> onPreface(Session begun) {
        HTTP2Session own = (HTTP2Session) begun;
        own.addEventListener(this);
        session = own;
        return Map.of(SettingsFrame.ENABLE_PUSH, 0, SettingsFrame.MAX_HEADER_LIST_SIZE, key.maxHeaderBytes());
    }

    @Override
    public void onSettings(Session from, SettingsFrame frame) {
        Integer head = frame.getSettings().get(SettingsFrame.MAX_HEADER_LIST_SIZE);
        if (head != null) maxRequestHead = head;
        Integer most = frame.getSettings().get(SettingsFrame.MAX_CONCURRENT_STREAMS);
        if (most != null || how == null) places.allow(most);
        HTTP2Session begun = session;
        if (how != null) return;
        if (begun != null) {
            begun.getParser().getHpackDecoder().setMaxHeaderListSize(mostHeadBytes());
        }
        scope.setDeadline(Deadline.NEVER);
        how = Opened.HTTP_2;
        opened.countDown();
    }

    /// Jetty tells nobody else of a stream that it resets because its window became too large.
    @Override
    public void onOutgoingFrame(Session to, Frame frame) {
        if (!(frame instanceof ResetFrame reset)
                || reset.getError() != ErrorCode.FLOW_CONTROL_ERROR.code)
            return;
        left().forEach(each -> each.windowOverflowed(reset.getStreamId()));
    }

    @Override
    public void onGoAway(Session from, GoAwayFrame frame) {
        lastProcessed = frame.getLastStreamId();
        if (frame.getError() != ErrorCode.NO_ERROR.code) {
            lostBecause = "the downstream gave it up: "
                    + ErrorCode.toString(frame.getError(), "error " + frame.getError());
        }
        drain();
    }

    @Override
    public void onFailure(Session from, Throwable why, Callback callback) {
        WireEndPoint socket = endPoint;
        IOException lost = socket == null ? null : socket.lost();
        if (lost != null || why instanceof ClosedChannelException) {
            broken = true; // before its calls fail, since they read it
            lost(lost);
        } else {
            fail(ErrorType.PROTOCOL, "The downstream does not speak HTTP/2: " + why.getMessage(), why);
        }
        drain();
        callback.succeeded();
    }

    private void lost(@Nullable IOException why) {
        if (why instanceof NotTrustedException) {
            fail(ErrorType.TLS, String.valueOf(why.getMessage()), why);
        } else {
            fail(ErrorType.RESET, "The downstream closed the connection"
                    + (why == null ? "" : ": " + why.getMessage()), why);
        }
    }

    @Override
    public void onClose(Session from, GoAwayFrame frame, Callback callback) {
        drain();
        callback.succeeded();
    }

    /// Lets no new calls begin; those that wait for a place go to another connection.
    private void drain() {
        drain(false);
    }

    private void drain(boolean retired) {
        synchronized (this) {
            if (draining) return;
            draining = true;
        }
        places.release(key.mostCalls());
        owner.drained(this, retired || closed);
    }

    /* --- Its end --- */

    /// Closes the connection if it is not needed any more, or if the downstream is dead. An old connection
    /// takes no more calls, and is closed when its present calls are over.
    void look(long now) {
        WireEndPoint socket = endPoint;
        HTTP2Session begun = session;
        if (socket == null || begun == null || how == null) return;
        if (now - began > key.maxAge().toNanos()) drain(true);
        if (isUnused(now)) {
            drain(true);
            begun.close(ErrorCode.NO_ERROR.code, "unused", Callback.from(socket::close));
            return;
        }
        switch (socket.liveness().look(now)) {
            case WELL -> {
                // nothing to do
            }
            case ASK -> begun.ping(new PingFrame(false), Callback.NOOP);
            case DEAD -> giveUp(socket, "the downstream does not answer a PING");
            case STUCK -> giveUp(socket, "the downstream does not read any more");
        }
    }

    private void giveUp(WireEndPoint socket, String why) {
        lostBecause = why;
        broken = true; // before its calls fail, since they read it
        socket.close(new EofException(why));
    }

    private synchronized boolean isUnused(long now) {
        return exchanges.isEmpty() && (draining || now - idleSince > MOST_IDLE.toNanos());
    }

    /// Closes the socket. Calls in flight on it fail.
    void close() {
        closed = true;
        fail(ErrorType.RESET, "The connections to the downstream are closed", null);
        scope.cancel("closed");
    }

    @Override
    public String toString() {
        return "HTTP/2 to " + key.downstream();
    }
}
