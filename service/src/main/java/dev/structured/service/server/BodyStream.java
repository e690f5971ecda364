package dev.structured.service.server;

import dev.structured.service.config.ServerConfig;
import dev.structured.service.edge.RequestContent;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/// The body of a request that is passed on, piece by piece. Jetty reads from the connection only the bytes
/// that are asked for here, so a client can send its body only as fast as the body is consumed.
///
/// A client that leaves is noticed by reading, and after the end of the body by a [ClientWatch]. One that
/// sends too slowly is told by an [AwaitedBody].
final class BodyStream implements RequestContent, AutoCloseable {
    private static final long DROPPED_NANOS = Duration.ofSeconds(1).toNanos();

    private final Request request;
    private final ServerConfig config;
    private final Runnable gone;
    private final long length;
    private final SlowClients slow;
    private final AwaitedBody awaited;
    /// A piece that is not read yet; null for none.
    private Content.@Nullable Chunk next;
    /// The piece that is being used.
    private Content.@Nullable Chunk current;
    private volatile boolean ended;
    /// Whether Jetty will call back: it refuses to be asked for a piece twice, also if the task that asked
    /// first was stopped in the meantime.
    private volatile boolean demanded;
    /// Both guarded by this.
    private @Nullable ClientWatch watch;
    private boolean unwatched;

    private BodyStream(Request request, ServerConfig config, Runnable gone, boolean read) {
        this.request = request;
        this.config = config;
        this.gone = gone;
        this.slow = SlowClients.of(request);
        this.awaited = new AwaitedBody(slow);
        this.length = read ? 0 : announced();
        if (length == 0) end();
        else
            slow.watch(awaited);
    }

    /// Returns the body of a request of which nothing has been read.
    ///
    /// @param gone called once or more when the client has gone, on a thread that must not be blocked
    static BodyStream of(Request request, ServerConfig config, Runnable gone) {
        return new BodyStream(request, config, gone, false);
    }

    /// Returns the rest of a body that has been read to its end: nothing.
    ///
    /// @param gone called once or more when the client has gone, on a thread that must not be blocked
    static BodyStream ended(Request request, ServerConfig config, Runnable gone) {
        return new BodyStream(request, config, gone, true);
    }

    private long announced() {
        if (request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)) return -1;
        long announced = request.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH);
        if (announced >= 0) return announced;
        HttpVersion version = request.getConnectionMetaData().getHttpVersion();
        if (version.getVersion() <= HttpVersion.HTTP_1_1.getVersion()) return 0;
        next = request.read();
        return isBareEnd(next) ? 0 : -1;
    }

    private static boolean isBareEnd(Content.@Nullable Chunk chunk) {
        // A failure counts as last too.
        return chunk != null && !Content.Chunk.isFailure(chunk) && chunk.isLast() && !chunk.hasRemaining();
    }

    private void end() {
        ended = true;
        slow.forget(awaited);
        watch();
    }

    private synchronized void watch() {
        if (!unwatched) watch = ClientWatch.open(request, config.halfClose(), gone);
    }

    /// Stops watching the client for its end. Must be called before the answer completes, which another task
    /// may do than the one that reads.
    synchronized void unwatch() {
        unwatched = true;
        if (watch != null) watch.close();
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public @Nullable ByteBuffer read() throws IOException, InterruptedException {
        release();
        if (ended) return null;
        Content.Chunk chunk = await();
        if (Content.Chunk.isFailure(chunk)) throw failed(chunk.getFailure());
        current = chunk;
        awaited.received(chunk.remaining());
        if (chunk.isLast() || (awaited.received() == length && endIsHere())) {
            // Over HTTP/2 the end is marked, and Jetty does not compare an end without data with the length.
            if (length >= 0 && awaited.received() != length)
                throw new ProtocolException("The body is malformed");
            end();
        }
        return ended && !chunk.hasRemaining() ? null : chunk.getByteBuffer();
    }

    /// Returns true if the end has come behind the last byte, as a piece of its own. The downstream may
    /// answer as soon as it has that byte, and the client's connection is only kept if the body has been
    /// read.
    private boolean endIsHere() {
        next = request.read();
        return isBareEnd(next);
    }

    private Content.Chunk await() throws IOException, InterruptedException {
        Content.Chunk chunk = poll();
        while (chunk == null) {
            demand();
            if (!awaited.await(config.idleTimeout().toNanos())) {
                throw new SocketTimeoutException("The client is silent, or too slow");
            }
            chunk = request.read();
        }
        return chunk;
    }

    private void demand() {
        if (demanded) return;
        demanded = true;
        request.demand(() -> {
            demanded = false;
            awaited.arrived();
        });
    }

    /// Returns a piece that has arrived; null for none.
    private Content.@Nullable Chunk poll() {
        Content.Chunk chunk = next == null ? request.read() : next;
        next = null;
        return chunk;
    }

    private IOException failed(Throwable failure) {
        if (failure instanceof TimeoutException) return new SocketTimeoutException("The client is silent");
        if (BrokenBody.hasClientGone(request, failure)) {
            gone.run();
            return new IOException("The client left in the middle of its body", failure);
        }
        ProtocolException malformed = new ProtocolException("The body is malformed");
        malformed.initCause(failure);
        return malformed;
    }

    private void release() {
        if (current != null) current.release();
        current = null;
    }

    @Override
    public boolean hasArrived() {
        return length == 0;
    }

    @Override
    public boolean isRead() {
        return ended;
    }

    @Override
    public void drop() throws InterruptedException {
        long end = System.nanoTime() + DROPPED_NANOS;
        while (!ended) {
            release();
            // A client that never pauses is never waited for.
            if (Thread.interrupted()) throw new InterruptedException("Interrupted while dropping a body");
            long left = end - System.nanoTime();
            if (left <= 0) return;
            Content.Chunk chunk = poll();
            if (chunk == null) {
                demand();
                if (!awaited.await(left)) return;
            } else {
                current = chunk;
                if (Content.Chunk.isFailure(chunk)) return;
                ended = chunk.isLast();
            }
        }
    }

    /// Stops watching, also for slowness.
    @Override
    public void close() {
        slow.forget(awaited);
        release();
        if (next != null) next.release();
        unwatch();
    }
}
