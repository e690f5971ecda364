package dev.structured.service.edge;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The body of a request that has arrived as a whole.
public final class WholeBody implements RequestContent {
    private final byte[] body;
    private boolean read;

    /// @param body not copied; empty for none
    public WholeBody(byte[] body) {
        this.body = body;
        this.read = body.length == 0;
    }

    @Override
    public long length() {
        return body.length;
    }

    @Override
    public boolean hasArrived() {
        return true;
    }

    @Override
    public @Nullable ByteBuffer read() {
        if (read) return null;
        read = true;
        return ByteBuffer.wrap(body);
    }

    @Override
    public boolean isRead() {
        return true;
    }

    @Override
    public void drop() {
        read = true;
    }
}
