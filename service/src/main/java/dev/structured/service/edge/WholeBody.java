package dev.structured.service.commands;

import dev.structured.service.edge.RequestContent;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The body of a spec's request, which is there at once.
final class SpecContent implements RequestContent {
    private final byte[] body;
    private boolean read;

    SpecContent(byte[] body) {
        this.body = body;
        this.read = body.length == 0;
    }

    @Override
    public long length() {
        return body.length;
    }

    @Override
    public @Nullable ByteBuffer read() {
        if (read) return null;
        read = true;
        return ByteBuffer.wrap(body);
    }

    @Override
    public boolean isRead() {
        return read;
    }

    @Override
    public void drop() {
        read = true;
    }
}
