package dev.structured.service.client;

import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.HeaderField;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.EnumSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.jspecify.annotations.Nullable;

/// One exchange on one stream of HTTP/2.
///
/// ```
///                           the last byte ──▶ ANSWERED
///   in flight ──┬── the body of a decided answer takes too long, or is cut short ──▶ HEAD_ANSWERED
///               ├── an answer, or an event, that breaks a rule, the connection's end ──▶ FAILED
///               ├── before its answer, the downstream says that it has not looked at it ──▶ UNPROCESSED
///               └── the caller is interrupted ──▶ CANCELLED
/// ```
///
/// One compare-and-set decides the end. The answer is read on the connection's reading thread, as it arrives,
/// and belongs to the caller once the exchange is answered.
final class Http2Exchange implements Stream.Listener, Promise<Stream> {
    private enum State {
        ANSWERED, HEAD_ANSWERED, FAILED, UNPROCESSED, CANCELLED
    }

    private record End(State state, @Nullable DownstreamException failure) {}

    private static final End ANSWERED = new End(State.ANSWERED, null);
    private static final End HEAD_ANSWERED = new End(State.HEAD_ANSWERED, null);
    private static final End UNPROCESSED = new End(State.UNPROCESSED, null);
    private static final End CANCELLED = new End(State.CANCELLED, null);
    /// Statuses have three digits.
    private static final int LEAST_STATUS = 100;
    private static final int MOST_STATUS = 999;
    /// The fields that make an answer malformed by RFC 9113 (8.2.2), besides `Connection`, which Jetty
    /// refuses.
    private static final EnumSet<HttpHeader> OF_CONNECTIONS = EnumSet.of(HttpHeader.TRANSFER_ENCODING,
            HttpHeader.KEEP_ALIVE, HttpHeader.PROXY_CONNECTION, HttpHeader.UPGRADE);
    /// The size that counts for each field besides its characters, by RFC 9113 (6.5.2).
    private static final int BYTES_OF_A_FIELD = 32;

    private final Http2Connection connection;
    private final ClientExchange answer;
    private volatile byte @Nullable [] body;
    private final AtomicReference<@Nullable End> end = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    /// Its end, or before that the head of a decided answer.
    private final CountDownLatch known = new CountDownLatch(1);
    /// Whether the connection's place for this stream has been given back.
    private final AtomicBoolean gone = new AtomicBoolean();
    private volatile @Nullable Stream stream;
    private volatile boolean bodySent;
    /// Both guarded by this.
    private boolean headSent;
    private @Nullable ErrorCode due;
    private int interimAnswers;

    /// @param body the body of the request, which is sent after its head; null for none
    Http2Exchange(Http2Connection connection, ClientExchange answer, byte @Nullable [] body) {
        this.connection = connection;
        this.answer = answer;
        this.body = body;
    }

    /// Blocks until the exchange has ended, or the body of a decided answer takes too long. An interrupt
    /// resets the stream.
    ///
    /// @return false if the downstream has not processed the request, so that it may be sent again
    /// @throws DownstreamException if it failed
    /// @throws InterruptedException if interrupted meanwhile
    boolean await() throws DownstreamException, InterruptedException {
        try {
            known.await();
            if (end.get() == null) awaitRest();
        } catch (InterruptedException e) {
            if (decide(CANCELLED)) reset(ErrorCode.CANCEL_STREAM_ERROR);
            body = null; // what is before it may wait long to be written
            throw e;
        }
        End how = end.get();
        if (how == null || how.state == State.CANCELLED) throw new IllegalStateException("Without an end");
        if (how.failure != null) throw how.failure;
        if (how.state == State.HEAD_ANSWERED) answer.leaveRest();
        return how.state != State.UNPROCESSED;
    }

    private void awaitRest() throws InterruptedException {
        boolean inTime = ended.await(ClientExchange.patience().toNanos(), TimeUnit.NANOSECONDS);
        if (!inTime && decide(HEAD_ANSWERED)) reset(ErrorCode.CANCEL_STREAM_ERROR);
    }

    private boolean decide(End how) {
        boolean first = end.compareAndSet(null, how);
        if (first) {
            ended.countDown();
            known.countDown();
        }
        return first;
    }

    private void fail(DownstreamException why) {
        boolean early = why.type() == ErrorType.RESET || why.type() == ErrorType.INCOMPLETE;
        boolean isKnown = known.getCount() == 0; // the answer itself is read on another thread
        var _ = decide(early && isKnown ? HEAD_ANSWERED : new End(State.FAILED, why));
    }

    private void fail(ErrorType type, String why) {
        fail(new DownstreamException(type, why, null));
    }

    /// Refuses the answer and resets the stream: the downstream need not send the rest.
    private void refuse(DownstreamException why) {
        if (decide(new End(State.FAILED, why))) reset(ErrorCode.CANCEL_STREAM_ERROR);
    }

    private void refuse(ErrorType type, String why) {
        refuse(new DownstreamException(type, why, null));
    }

    private void answered() {
        DownstreamException incomplete = answer.endBody();
        if (incomplete != null) fail(incomplete);
        else if (decide(ANSWERED) && body != null && !bodySent) reset(ErrorCode.NO_ERROR);
    }

    /* Before the head is sent there is nothing to reset, and Jetty drops the frame: it follows the head. */
    private void reset(ErrorCode code) {
        Stream opened = stream;
        synchronized (this) {
            if (!headSent) due = code;
            if (!headSent || opened == null) return;
        }
        opened.reset(new ResetFrame(opened.getId(), code.code), Callback.NOOP);
    }

    /* --- Of the request --- */

    @Override
    public void onNewStream(Stream opened) {
        stream = opened;
        connection.begun(opened.getId());
        // From the beginning on: a body without a head would otherwise wait unread, and the call with it.
        opened.demand();
    }

    /// The head of the request has been written.
    @Override
    public void succeeded(Stream opened) {
        ErrorCode code;
        byte[] bytes = body;
        synchronized (this) {
            headSent = true;
            code = due;
        }
        if (code != null) reset(code);
        else if (bytes != null) {
            opened.data(new DataFrame(opened.getId(), ByteBuffer.wrap(bytes), true),
                    Callback.from(() -> bodySent = true, this::failed));
        }
    }

    /// Called when the request could not be written; there may be no stream.
    @Override
    public void failed(Throwable why) {
        if (stream == null) {
            connection.streamRefused();
            release();
            var _ = decide(UNPROCESSED);
        } else {
            fail(brokenBy(why));
        }
    }

    /* --- Of the answer --- */

    @Override
    public void onHeaders(Stream from, HeadersFrame frame) {
        if (end.get() != null) return;
        if (!(frame.getMetaData() instanceof MetaData.Response response)) {
            trailers(frame.isEndStream());
        } else if (answer.status() != null) {
            refuse(ErrorType.PROTOCOL, "A second answer to one request");
        } else if (HttpStatus.isInformational(response.getStatus())) {
            interim(response.getStatus(), frame.isEndStream());
        } else {
            head(response, frame.isEndStream());
        }
    }

    /// Trailers say nothing, but end the answer.
    private void trailers(boolean last) {
        if (last) answered();
        else
            refuse(ErrorType.PROTOCOL, "A second head that does not end the answer");
    }

    private void interim(int status, boolean last) {
        if (last || status == HttpStatus.SWITCHING_PROTOCOLS_101
                || ++interimAnswers > AnswerParser.MOST_INTERIM) {
            refuse(ErrorType.PROTOCOL, "Status " + status + " where an answer was due");
        }
    }

    private void head(MetaData.Response response, boolean last) {
        int size = 0;
        String length = null;
        boolean twoLengths = false;
        if (response.getStatus() < LEAST_STATUS || response.getStatus() > MOST_STATUS) {
            refuse(ErrorType.PROTOCOL, "The answer's status is " + response.getStatus());
            return;
        }
        answer.begin(response.getStatus());
        answer.delimited();
        for (HttpField each : response.getHttpFields()) {
            size += each.getName().length() + String.valueOf(each.getValue()).length() + BYTES_OF_A_FIELD;
            answer.add(each);
            if (each.getHeader() != HttpHeader.CONTENT_LENGTH) continue;
            twoLengths |= length != null && !length.equals(each.getValue());
            length = each.getValue();
            if (!HeaderField.isNumber(length)) { // Jetty takes one with a sign, too
                refuse(ErrorType.PROTOCOL, "The length in the answer's head is no number");
                return;
            }
        }
        if (size > connection.maxHeadBytes()) {
            refuse(ErrorType.HEADERS_TOO_LARGE,
                    "The answer's head is larger than " + connection.maxHeadBytes() + " bytes");
        } else if (response.getHttpFields().contains(OF_CONNECTIONS)) {
            refuse(ErrorType.PROTOCOL, "The answer has a field of HTTP/1.1 connections, such as a transfer"
                    + " encoding, which HTTP/2 does not have");
        } else if (twoLengths) {
            refuse(ErrorType.PROTOCOL, "The answer's head says two lengths");
        } else {
            DownstreamException failure = answer.endHead();
            if (failure != null) refuse(failure);
            else if (last) answered();
            else if (answer.isDecided()) known.countDown();
        }
    }

    @Override
    public void onDataAvailable(Stream from) {
        while (end.get() == null) {
            Stream.Data data = from.readData();
            if (data == null) {
                from.demand();
                return;
            }
            take(data);
        }
    }

    private void take(Stream.Data data) {
        if (answer.status() == null) {
            data.release();
            refuse(ErrorType.PROTOCOL, "A body before its head");
            return;
        }
        DownstreamException failure = answer.add(data.frame().getByteBuffer());
        boolean last = data.frame().isEndStream();
        data.release();
        if (failure != null) {
            refuse(failure);
        } else if (answer.isCutShort()) {
            if (decide(ANSWERED) && !last) reset(ErrorCode.CANCEL_STREAM_ERROR);
        } else if (last) {
            answered();
        }
    }

    /* --- Of the stream's end --- */

    @Override
    public void onReset(Stream from, ResetFrame frame, Callback callback) {
        callback.succeeded();
        int code = frame.getError();
        String name = ErrorCode.toString(code, "error " + code);
        if (code == ErrorCode.REFUSED_STREAM_ERROR.code && answer.status() == null) {
            var _ = decide(UNPROCESSED);
        } else if (code == ErrorCode.HTTP_1_1_REQUIRED_ERROR.code) {
            fail(ErrorType.PROTOCOL, "The downstream asks for HTTP/1.1 (" + name
                    + "); write 'protocol: http/1.1'");
        } else {
            fail(ErrorType.RESET, "The downstream reset the stream: " + name);
        }
    }

    @Override
    public void onFailure(Stream from, int error, String reason, Throwable failure, Callback callback) {
        callback.succeeded();
        if (connection.isUnprocessed(from.getId()) && answer.status() == null) {
            var _ = decide(UNPROCESSED);
        } else if (error == ErrorCode.NO_ERROR.code || connection.isBroken()) {
            fail(brokenBy(failure));
        } else {
            fail(ErrorType.PROTOCOL, "The answer is not HTTP/2: " + reason);
        }
    }

    /// Called when a stream is reset because the downstream lets it send more than RFC 9113 (6.9.1) allows.
    void windowOverflowed(int id) {
        Stream opened = stream;
        if (opened != null && opened.getId() == id)
            fail(ErrorType.PROTOCOL, "The downstream has made the window of the stream too large");
    }

    private DownstreamException brokenBy(Throwable failure) {
        String why = connection.lostBecause();
        if (why == null) why = failure.getMessage();
        return new DownstreamException(ErrorType.RESET,
                "The connection broke" + (why == null ? "" : ": " + why), failure);
    }

    @Override
    public void onClosed(Stream from) {
        release();
        // Jetty resets the stream, without any call, if the body's length differs from the head's. A reset by
        // the downstream is reported as such, after this and by the thread that reads.
        if (!from.isReset()) return;
        if (connection.isReading()) connection.afterReading(this::otherLength);
        else
            otherLength();
    }

    private void otherLength() {
        fail(ErrorType.INCOMPLETE, "The answer's body is not as long as its head says");
    }

    /// Called when the connection has ended, so that no exchange waits for ever.
    void onConnectionEnd() {
        release();
        fail(brokenBy(new ClosedChannelException()));
    }

    private void release() {
        if (gone.compareAndSet(false, true)) connection.release(this);
    }
}
