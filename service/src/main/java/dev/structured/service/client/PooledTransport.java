package dev.structured.service.client;

import dev.structured.core.Cancelled;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.client.Openings.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Carries calls over HTTP/1.1: each has a connection for itself while it lasts. A cancelled call closes it,
/// unless its answer had arrived.
final class PooledTransport implements Transport {
    /// The part of a request that is sent before anybody reads: the buffers on the way usually take so much,
    /// also if the downstream does not read. It may answer before it has all of a longer one, and then read
    /// no more. No less than [RequestHead#MAX_BYTES], so that a head is sent whole.
    private static final int AT_ONCE = 64 << 10;
    private static final int PIECE = 16 << 10;

    private final Connections.Key key;
    private final Openings openings;
    private final ConnectionPool pool;

    /// @param openings where calls wait their turn; notified of lost connections
    PooledTransport(Connections.Key key, Openings openings, ConnectionPool.Opener opener) {
        this.key = key;
        this.openings = openings;
        this.pool = new ConnectionPool(key.maxConnections(), key.mostCalls(), key.maxAge(), openings, opener);
    }

    /// Takes a connection that was opened for a call that does not need it any more.
    void adopt(HttpConnection connection) {
        pool.adopt(connection);
    }

    /// {@inheritDoc}
    ///
    /// When this returns or throws, the connection is clean and free for the next call, or closed.
    @Override
    public void exchange(OutgoingRequest request, ClientExchange answer)
            throws DownstreamException, InterruptedException {
        HttpConnection connection = pool.take();
        answer.connected();
        Reason end = Reason.BROKEN;
        try {
            ByteBuffer message = request.message();
            connection.begin();
            exchange(connection, message, answer);
        } catch (Cancelled | InterruptedException e) {
            end = Reason.CANCELLED;
            throw e;
        } catch (IOException e) {
            if (Thread.interrupted()) {
                end = Reason.CANCELLED;
                throw new InterruptedException("Interrupted while calling");
            }
            if (e instanceof NotTrustedException)
                throw new DownstreamException(ErrorType.TLS, String.valueOf(e.getMessage()), e);
            throw new DownstreamException(ErrorType.RESET, "The connection broke: " + e.getMessage(), e);
        } finally {
            if (!connection.isFree()) openings.lose(end);
            pool.giveBack(connection, connection.isFree());
        }
    }

    private static void exchange(HttpConnection connection, ByteBuffer message, ClientExchange answer)
            throws DownstreamException, IOException, InterruptedException {
        connection.writeFirst(next(message, AT_ONCE));
        if (answer instanceof PassedExchange passed && passed.passage.length() != 0) {
            new PassingBoth(connection, passed).pass();
        } else if (message.hasRemaining()) {
            new PassingBoth(connection, answer, message.remaining(),
                    () -> message.hasRemaining() ? next(message, PIECE) : null).pass();
        } else {
            connection.read(answer);
        }
    }

    /// Returns the next bytes of a message, and leaves the rest in it.
    private static ByteBuffer next(ByteBuffer message, int most) {
        int length = Math.min(most, message.remaining());
        ByteBuffer bytes = message.slice(message.position(), length);
        message.position(message.position() + length);
        return bytes;
    }

    @Override
    public void closeUnused(long now) {
        pool.closeUnused(now);
    }

    @Override
    public OpenConnections count() {
        return pool.count(key.downstream(), key.target());
    }

    @Override
    public void close() {
        pool.close();
    }
}
