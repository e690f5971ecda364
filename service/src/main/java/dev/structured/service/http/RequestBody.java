package dev.structured.service.http;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.IO;

/// The body of a request, which no route uses: it is read and dropped up to a limit.
///
/// Left unread, it would hold up the next request of the connection, and Jetty bounds it nowhere.
final class RequestBody {

    /// How far the reading has come.
    enum Progress {
        /// The rest has not arrived yet.
        WAITING,
        /// The whole body was read, or there was none.
        READ,
        /// There is more than the limit allows.
        TOO_LARGE,
        /// The client has been silent for longer than a connection may be.
        TOO_SLOW
    }

    private final Request request;
    private final long limit;
    private long dropped;

    /// @param limit in bytes
    RequestBody(Request request, long limit) {
        this.request = request;
        this.limit = limit;
    }

    /// Reads what has arrived. Does not block.
    ///
    /// @throws IOException if the body is malformed, or the client went away in the middle of it
    Progress readArrived() throws IOException {
        if (request.getLength() > limit) return Progress.TOO_LARGE;
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) return Progress.WAITING;
            if (Content.Chunk.isFailure(chunk)) return failed(chunk.getFailure());
            dropped += chunk.remaining();
            chunk.release();
            if (dropped > limit) return Progress.TOO_LARGE;
            if (chunk.isLast()) return Progress.READ;
        }
    }

    private static Progress failed(Throwable failure) throws IOException {
        if (failure instanceof TimeoutException) return Progress.TOO_SLOW;
        throw IO.rethrow(failure);
    }

    /// Reads to the end. Blocks until the client has sent it; cancelled by interrupt.
    ///
    /// @throws IOException if the body is malformed, or the client went away in the middle of it
    Progress readRest() throws IOException, InterruptedException {
        Semaphore arrived = new Semaphore(0);
        Progress progress = readArrived();
        while (progress == Progress.WAITING) {
            request.demand(arrived::release);
            arrived.acquire();
            progress = readArrived();
        }
        return progress;
    }
}
