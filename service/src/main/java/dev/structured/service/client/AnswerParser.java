package dev.structured.service.client;

import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/// Reads the answers of one connection: Jetty's parser, and the rules that it leaves to its users.
///
/// ```
///              begin()            status, fields              the empty line            the last byte
///   complete ─────────▶ in the head ─────────────▶ in the head ─────────────▶ in the body ────────▶ complete
///                            ▲                          │ of a 1xx
///                            └──────────────────────────┘
/// ```
///
/// The parser calls the handler methods below while [#parse] runs. None of them throws: a failure is kept,
/// and thrown when the parser has returned.
final class AnswerParser implements HttpParser.ResponseHandler {
    /// The most informational answers (1xx) that may come before the answer.
    static final int MOST_INTERIM = 8;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final HttpParser parser;
    private final int maxHeadBytes;

    private ClientExchange exchange = ClientExchange.NONE;
    private int headLeft;
    private boolean inHead;
    private int interimAnswers;
    private boolean interim;
    private boolean ended;
    private boolean persistent;
    private boolean closes;
    private boolean ancient;
    private boolean complete;
    private @Nullable DownstreamException failure;

    /// @param maxHeadBytes the largest head of an answer that is read, in bytes
    AnswerParser(int maxHeadBytes) {
        this.maxHeadBytes = maxHeadBytes;
        this.parser = new HttpParser(this, maxHeadBytes, HttpCompliance.RFC9110);
    }

    /// Prepares for the answer of the next exchange.
    void begin(ClientExchange next) {
        exchange = next;
        interimAnswers = 0;
        complete = false;
        failure = null;
        persistent = false;
        beginHead();
    }

    private void beginHead() {
        parser.reset();
        parser.setHeadResponse(exchange.hasHeadOnly());
        headLeft = maxHeadBytes;
        inHead = true;
        interim = false;
    }

    /// Reads bytes of the answer. Leaves bytes after the answer in the buffer.
    ///
    /// @return true when the answer is complete
    /// @throws DownstreamException if the bytes break a rule
    boolean parse(ByteBuffer bytes) throws DownstreamException {
        int end = bytes.limit();
        while (!complete && bytes.position() < end) {
            if (inHead) parseHead(bytes, end);
            else
                parseNext(bytes);
            if (failure != null) throw failure;
        }
        return complete;
    }

    /* Where assertions are on, Jetty's parser asserts that what it throws has the status of an error, and
     * gives it that of the answer. */
    private void parseNext(ByteBuffer bytes) {
        try {
            parser.parseNext(bytes);
        } catch (AssertionError e) {
            refuse(ErrorType.PROTOCOL, "The answer is not HTTP: a number in its head is too large");
        }
    }

    /* The parser sees no more bytes than the head may still have. */
    private void parseHead(ByteBuffer bytes, int end) {
        int before = bytes.position();
        bytes.limit(Math.min(end, before + headLeft));
        parseNext(bytes);
        if (failure != null) return;
        bytes.limit(end);
        headLeft -= bytes.position() - before;
        if (!inHead && interim) {
            beginHead();
        } else if (inHead && headLeft == 0) {
            refuse(ErrorType.HEADERS_TOO_LARGE,
                    "The answer's head is larger than " + maxHeadBytes + " bytes");
        }
    }

    /// Called when no more bytes will come. Returns if that completes the answer.
    ///
    /// @param mayBeCutShort whether more bytes may have been sent
    /// @throws DownstreamException if the answer is not complete
    void end(boolean mayBeCutShort) throws DownstreamException {
        ended = true;
        boolean unsure = mayBeCutShort && !exchange.showsItsEnd();
        // Within a head the end is always too early, and the parser asserts that this is not called there.
        if (!inHead && !unsure) {
            parser.atEOF();
            parser.parseNext(NOTHING.duplicate());
        }
        persistent = false;
        if (complete) return;
        throw exchange.status() == null
                ? new DownstreamException(ErrorType.RESET, "The downstream closed the connection", null)
                : new DownstreamException(ErrorType.INCOMPLETE, "The answer ended too early", null);
    }

    /// Returns true if the downstream keeps the connection open after the answer.
    boolean isPersistent() {
        return persistent && !closes;
    }

    private void refuse(ErrorType type, String why) {
        if (failure == null) failure = new DownstreamException(type, why, null);
    }

    @Override
    public void startResponse(HttpVersion version, int status, String reason) {
        persistent = version == HttpVersion.HTTP_1_1;
        ancient = version == HttpVersion.HTTP_1_0;
        closes = false;
        if (!persistent && !ancient) {
            refuse(ErrorType.PROTOCOL, "The answer's version is " + version);
        } else if (!HttpStatus.isInformational(status)) {
            exchange.begin(status);
        } else if (status == HttpStatus.SWITCHING_PROTOCOLS_101 || ++interimAnswers > MOST_INTERIM) {
            refuse(ErrorType.PROTOCOL, "Status " + status + " where an answer was due");
        } else {
            interim = true;
        }
    }

    @Override
    public void parsedHeader(HttpField field) {
        if (interim) return;
        HttpHeader name = field.getHeader();
        if (name == HttpHeader.CONNECTION) {
            closes |= field.contains("close");
            persistent |= field.contains("keep-alive");
        } else if (name == HttpHeader.TRANSFER_ENCODING) {
            // HTTP/1.0 has no transfer encoding: a proxy may have passed on the field alone (RFC 9112, 6.1).
            closes |= ancient;
        }
        exchange.add(field);
    }

    @Override
    public boolean headerComplete() {
        inHead = false;
        if (failure != null || interim) return failure != null;
        failure = exchange.endHead();
        return isOver();
    }

    @Override
    public boolean content(ByteBuffer bytes) {
        if (failure != null || complete) return true;
        failure = exchange.add(bytes);
        return isOver();
    }

    /// Returns true if the rest of the answer is not read.
    private boolean isOver() {
        if (exchange.isCutShort()) {
            complete = true;
            persistent = false;
        }
        return failure != null || complete;
    }

    @Override
    public boolean contentComplete() {
        return false;
    }

    @Override
    public boolean messageComplete() {
        if (!interim && failure == null) complete = true;
        return true;
    }

    @Override
    public void badMessage(HttpException bad) {
        if (!ended) refuse(ErrorType.PROTOCOL, "The answer is not HTTP: " + bad.getReason());
    }

    /// Called at the end of the connection, but also for a bad chunk.
    @Override
    public void earlyEOF() {
        if (!ended) refuse(ErrorType.PROTOCOL, "The answer's body is not framed as its head says");
    }
}
