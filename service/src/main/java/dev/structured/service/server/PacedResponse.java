package dev.structured.service.server;

import java.nio.ByteBuffer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// A response whose reader is watched: each write must make progress, or the connection is closed.
final class PacedResponse extends Response.Wrapper {
    private final SlowClients slow;

    PacedResponse(Request request, Response wrapped, SlowClients slow) {
        super(request, wrapped);
        this.slow = slow;
    }

    @Override
    public void write(boolean last, @Nullable ByteBuffer content, Callback callback) {
        ByteBuffer bytes = content == null ? BufferUtil.EMPTY_BUFFER : content;
        SentPiece piece = new SentPiece(getRequest(), bytes, slow, callback);
        slow.watch(piece);
        super.write(last, bytes, piece);
    }
}
