package dev.structured.service.client;

import dev.structured.core.Deadline;
import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.service.aggregate.DownstreamException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One connection to a downstream, which carries one exchange after another, each on the caller's own thread.
///
/// No byte that arrived before a request was sent is taken for its answer: a connection that is used again
/// must be silent, and is never used again if bytes have arrived after an answer. Bytes that arrive after the
/// request was sent cannot be distinguished from its answer, since HTTP/1.1 does not number messages.
final class HttpConnection implements AutoCloseable {
    private static final int READ_BYTES = 8 * 1024;

    private final Wire wire;
    private final AnswerParser parser;
    private final ByteBuffer received = ByteBuffer.allocate(READ_BYTES);
    private boolean free = true;
    /// Whether the exchange has its answer, or does without the rest of it.
    private boolean ended;
    /// The time at which it was given back, of [System#nanoTime()]. Guarded by the pool's lock.
    long idleSince;
    /// The time until which it carries calls, on the same clock. Set before the first call.
    long usedUntil;

    /// @param maxHeadBytes the largest head of an answer that is read
    HttpConnection(Wire wire, int maxHeadBytes) {
        this.wire = wire;
        this.parser = new AnswerParser(maxHeadBytes);
    }

    /// Returns true if a request may be sent on it: it is open, and no byte has arrived. Does not block.
    boolean isSilent() {
        return wire.isSilent();
    }

    /// Begins an exchange.
    void begin() {
        free = false;
    }

    /// Returns true if the connection may carry another exchange: the answer of the last one has arrived,
    /// even if it could not be passed on, and its request was sent. Otherwise it must be closed.
    boolean isFree() {
        return free;
    }

    /// Notes that the request was not sent to its end. Called after [#read].
    void requestIsIncomplete() {
        free = false;
    }

    /// Sends the bytes of a request, or of a piece of it. Blocks.
    ///
    /// @throws IOException if the connection breaks or is closed, for example by an interrupt
    void write(ByteBuffer bytes) throws IOException {
        wire.write(bytes);
    }

    /// Sends the bytes of a whole request, or of its beginning, before anybody reads. Blocks.
    ///
    /// @throws IOException as [#write]; it says why the downstream closed the connection, if that is known
    void writeFirst(ByteBuffer bytes) throws IOException {
        try {
            wire.write(bytes);
        } catch (IOException e) {
            throw wire.reason(e);
        }
    }

    /// Reads an answer. Blocks until it is complete, or the body of a decided one takes too long or is cut
    /// short.
    ///
    /// @param exchange receives the answer
    /// @throws DownstreamException if the answer breaks a rule or is not complete
    /// @throws IOException if the connection breaks or is closed, for example by an interrupt
    /// @throws InterruptedException if interrupted while the answer is passed on
    void read(ClientExchange exchange) throws DownstreamException, IOException, InterruptedException {
        parser.begin(exchange);
        ended = false;
        while (!ended) {
            if (exchange.isDecided()) readRest(exchange);
            else {
                readPiece();
                exchange.passOn();
            }
        }
    }

    /// Reads the next bytes of an answer.
    private void readPiece() throws DownstreamException, IOException {
        boolean complete = false;
        boolean open = receive();
        if (open) complete = parser.parse(received);
        else
            parser.end(wire.mayBeCutShort());
        free = complete && parser.isPersistent() && !received.hasRemaining();
        ended = complete || !open;
    }

    /// Reads the body of an answer while that is decided and its body does not take too long. The time for
    /// passing on does not count.
    private void readRest(ClientExchange exchange)
            throws DownstreamException, IOException, InterruptedException {
        Deadline patience = Scheduler.current().deadlineAfter(ClientExchange.patience());
        while (!ended && exchange.isDecided()) {
            AnswerEnd end = Timeouts.<@Nullable AnswerEnd, InterruptedException>moveOnAt(patience,
                    () -> AnswerEnd.of(this::readPiece)).orElse(null);
            if (end == null || end.isEarly()) {
                ended = true;
                exchange.leaveRest();
            } else {
                end.check();
                exchange.passOn();
            }
        }
    }

    /// Returns false at the end of the connection.
    private boolean receive() throws IOException {
        received.clear();
        int bytes = wire.read(received);
        received.flip();
        return bytes >= 0;
    }

    /// Closes the socket. An exchange that runs on it fails with an [IOException].
    @Override
    public void close() {
        wire.close();
    }
}
