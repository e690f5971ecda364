package dev.structured.service.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.structured.core.CancelScope;
import dev.structured.core.Nursery;
import dev.structured.service.aggregate.DownstreamException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One exchange whose request has a body, after its head was sent: a child task passes the body on, while the
/// caller reads the answer and passes it back.
///
/// ```
///   client ──▶ read ──▶ task 'upload' ──▶ connection        one piece at a time, in both directions
///   client ◀── write ◀── the caller  ◀── connection
/// ```
///
/// The body is the client's, or that of a part that is too long to be sent before anybody reads.
///
/// The answer decides the end. It may be complete before the body is, for example if the server refuses the
/// rest: the upload is then stopped. An upload that writes the last bytes at that moment gets 250 ms to end
/// if the connection can be used again, even if the call is cancelled: the downstream answers as soon as it
/// has them, and an interrupt of the write would close the connection. A connection that takes no more of the
/// body may still bring the answer.
final class PassingBoth {
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);
    private static final Duration LAST_WRITE = Duration.ofMillis(250);
    private static final byte[] END_OF_LINE = "\r\n".getBytes(US_ASCII);

    /// The pieces of a body.
    @FunctionalInterface
    interface Pieces {
        /// Returns the next piece, which may be used until the next call; null at the end of the body. May
        /// block.
        @Nullable
        ByteBuffer next() throws InterruptedException;
    }

    private final HttpConnection connection;
    private final ClientExchange exchange;
    private final long length;
    private final Pieces pieces;
    private final boolean chunked;
    /// Around the write of the last bytes.
    private final CancelScope lastWrite = new CancelScope("last write").withShield();
    /// Whether the last bytes have been written. Set by the upload.
    private volatile boolean sent;

    /// @param exchange of a request that is passed on
    PassingBoth(HttpConnection connection, PassedExchange exchange) {
        this(connection, exchange, exchange.passage.length(), exchange.passage::read);
    }

    /// @param exchange receives the answer
    /// @param length of the rest of the body; negative if it is not known, which is then sent in chunks
    /// @param pieces the rest of the body
    PassingBoth(HttpConnection connection, ClientExchange exchange, long length, Pieces pieces) {
        this.connection = connection;
        this.exchange = exchange;
        this.length = length;
        this.pieces = pieces;
        this.chunked = length < 0;
    }

    /// Passes both bodies. Blocks until the answer is complete.
    ///
    /// @throws DownstreamException if the answer breaks a rule or is not complete
    /// @throws IOException if the connection breaks or is closed
    /// @throws InterruptedException if interrupted meanwhile
    void pass() throws DownstreamException, IOException, InterruptedException {
        AnswerEnd[] ended = new AnswerEnd[1];
        try {
            Nursery.run("passing both", nursery -> {
                nursery.startSoon("upload", this::upload);
                try {
                    ended[0] = AnswerEnd.of(() -> connection.read(exchange));
                } finally {
                    limitLastWrite();
                }
                nursery.scope().cancel("the downstream has answered");
            });
        } finally {
            if (!sent) connection.requestIsIncomplete();
        }
        ended[0].check();
    }

    private void limitLastWrite() {
        if (connection.isFree()) lastWrite.setTimeout(LAST_WRITE);
        else
            lastWrite.setShielded(false);
    }

    private void upload() throws InterruptedException {
        try {
            long missing = length;
            ByteBuffer piece = pieces.next();
            while (piece != null) {
                missing -= piece.remaining();
                if (piece.hasRemaining()) write(piece, missing == 0);
                piece = pieces.next();
            }
            if (chunked) writeLast(ByteBuffer.wrap(LAST_CHUNK));
        } catch (IOException e) {
            if (Thread.interrupted()) throw new InterruptedException("Interrupted while passing on");
            // The downstream takes no more of the body. Its answer, which may say why, still has to be read.
        }
    }

    private void write(ByteBuffer piece, boolean last) throws IOException {
        if (last) writeLast(piece);
        else
            connection.write(chunked ? chunk(piece) : piece);
    }

    private void writeLast(ByteBuffer bytes) throws IOException {
        lastWrite.run(() -> {
            connection.write(bytes);
            sent = true;
        });
    }

    private static ByteBuffer chunk(ByteBuffer piece) {
        byte[] size = (Integer.toHexString(piece.remaining()) + "\r\n").getBytes(US_ASCII);
        ByteBuffer chunk = ByteBuffer.allocate(size.length + piece.remaining() + END_OF_LINE.length);
        return chunk.put(size).put(piece).put(END_OF_LINE).flip();
    }
}
