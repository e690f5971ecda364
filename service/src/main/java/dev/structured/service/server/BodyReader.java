package dev.structured.service.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.IO;
import org.jspecify.annotations.Nullable;

/// Reads the body of a request up to a limit, and drops it unless its route reads it.
///
/// An unread body would hold up the next request of the connection, and Jetty does not bound it.
final class BodyReader implements Transfer {

    /// The progress of reading.
    enum Progress {
        /// The rest has not arrived yet.
        WAITING,
        /// The whole body was read, or there was none.
        READ,
        /// The body is longer than the limit.
        TOO_LARGE,
        /// The client has sent it too slowly.
        TOO_SLOW,
        /// The body is not as long as its head says.
        MALFORMED
    }

    private final Request request;
    private final long limit;
    private final @Nullable ByteArrayOutputStream kept;
    private final SlowClients slow;
    private final Pace pace;
    private final Semaphore wake = new Semaphore(0);
    /// Written by the reading thread only.
    private volatile long length;
    private volatile boolean tooSlow;

    /// @param limit the largest body, in bytes
    /// @param keep true to keep the bytes
    BodyReader(Request request, long limit, boolean keep, SlowClients slow) {
        this.request = request;
        this.limit = limit;
        this.kept = keep ? new ByteArrayOutputStream() : null;
        this.slow = slow;
        this.pace = new Pace(slow.limits().bodyTimeout(), slow.limits(), slow.time().now());
    }

    /// Returns the bytes of the body, if they are kept; otherwise none.
    byte[] bytes() {
        return kept == null ? new byte[0] : kept.toByteArray();
    }

    /// Reads the bytes that have arrived. Does not block.
    ///
    /// @throws IOException if the body is malformed, or the client left in the middle of it
    Progress readArrived() throws IOException {
        if (request.getLength() > limit) return Progress.TOO_LARGE;
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) return Progress.WAITING;
            if (Content.Chunk.isFailure(chunk)) return failed(chunk.getFailure());
            long after = length + chunk.remaining();
            length = after;
            if (kept != null && after <= limit) keep(chunk.getByteBuffer(), kept);
            chunk.release();
            if (after > limit) return Progress.TOO_LARGE;
            if (!chunk.isLast()) continue;
            // Over HTTP/2 the end is marked, and Jetty does not compare an end without data with the length.
            boolean whole = request.getLength() < 0 || after == request.getLength();
            return whole ? Progress.READ : Progress.MALFORMED;
        }
    }

    private static void keep(ByteBuffer chunk, ByteArrayOutputStream kept) {
        byte[] bytes = new byte[chunk.remaining()];
        chunk.get(bytes);
        kept.writeBytes(bytes);
    }

    private static Progress failed(Throwable failure) throws IOException {
        if (failure instanceof TimeoutException) return Progress.TOO_SLOW;
        throw IO.rethrow(failure);
    }

    /// Reads to the end. Blocks until the client has sent it; cancelled by interrupt.
    ///
    /// @throws IOException if the body is malformed, or the client left in the middle of it
    Progress readRest() throws IOException {
        slow.watch(this);
        try {
            Progress progress = readArrived();
            while (progress == Progress.WAITING && !tooSlow) {
                request.demand(wake::release);
                wake.acquire();
                progress = readArrived();
            }
            return progress == Progress.WAITING ? Progress.TOO_SLOW : progress;
        } catch (InterruptedException e) {
            throw new InterruptedIOException("The wait for the body was interrupted");
        } finally {
            slow.forget(this);
        }
    }

    @Override
    public boolean isTooSlow(long now) {
        return pace.isTooSlow(now, length);
    }

    @Override
    public void drop() {
        tooSlow = true;
        slow.dropped(ConnectionObserver.Drop.SLOW_BODY);
        wake.release();
    }
}
