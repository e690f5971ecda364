package dev.structured.service.edge;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The body of a request, read piece by piece as the client sends it. Used by one thread at a time.
public interface RequestContent {
    /// Returns the length: 0 without a body, negative if it is not known before the end.
    long length();

    /// Returns true if there is no byte that the client has yet to send.
    boolean hasArrived();

    /// Returns the next piece, which may be used until the next call; null at the end. Blocks while the
    /// client sends nothing; cancelled by interrupt.
    ///
    /// @throws java.net.SocketTimeoutException if the client has been silent for longer than it may be
    /// @throws java.net.ProtocolException if the body is malformed
    /// @throws IOException if the client has left
    @Nullable
    ByteBuffer read() throws IOException, InterruptedException;

    /// Returns true if the body was read to its end, or there is none.
    boolean isRead();

    /// Reads on for a short time and drops the bytes, unless the body was read to its end: a client that is
    /// still sending would otherwise see its connection break, and not the answer.
    void drop() throws InterruptedException;
}
