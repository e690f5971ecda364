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
final class BodyReader {

    /// The progress of reading.
    enum Progress {
        /// The rest has not arrived yet.
        WAITING,
        /// The whole body was read, or there was none.
        READ,
        /// The body is longer than the limit.
        TOO_LARGE,
        /// The client has been silent for longer than a connection may be.
        TOO_SLOW
    }

    private final Request request;
    private final long limit;
    private final @Nullable ByteArrayOutputStream kept;
    private long length;

    /// @param limit in bytes
    /// @param keep whether the bytes are wanted
    BodyReader(Request request, long limit, boolean keep) {
        this.request = request;
        this.limit = limit;
        this.kept = keep ? new ByteArrayOutputStream() : null;
    }

    /// Returns the bytes of the body, if they are kept; otherwise none.
    byte[] bytes() {
        return kept == null ? new byte[0] : kept.toByteArray();
    }

    /// Reads what has arrived. Does not block.
    ///
    /// @throws IOException if the body is malformed, or the client left in the middle of it
    Progress readArrived() throws IOException {
        if (request.getLength() > limit) return Progress.TOO_LARGE;
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) return Progress.WAITING;
            if (Content.Chunk.isFailure(chunk)) return failed(chunk.getFailure());
            length += chunk.remaining();
            if (kept != null && length <= limit) keep(chunk.getByteBuffer(), kept);
            chunk.release();
            if (length > limit) return Progress.TOO_LARGE;
            if (chunk.isLast()) return Progress.READ;
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
        Semaphore arrived = new Semaphore(0);
        Progress progress = readArrived();
        while (progress == Progress.WAITING) {
            request.demand(arrived::release);
            try {
                arrived.acquire();
            } catch (InterruptedException e) {
                throw new InterruptedIOException("The wait for the body was interrupted");
            }
            progress = readArrived();
        }
        return progress;
    }
}
