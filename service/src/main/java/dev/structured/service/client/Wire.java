package dev.structured.service.client;

import java.io.IOException;
import java.nio.ByteBuffer;

/// One open socket to a downstream. Used by one thread at a time, or by one that reads and one that writes;
/// [#close()] may be called by any.
///
/// An interrupt of a thread that reads or writes closes the socket. The thread's interrupt status stays set
/// then.
interface Wire extends AutoCloseable {
    /// Reads at least one byte into the buffer. Blocks until one has arrived.
    ///
    /// @return the number of bytes; -1 when the downstream has closed its side
    /// @throws IOException if the connection is broken or closed
    int read(ByteBuffer into) throws IOException;

    /// Writes all bytes of the buffer. Blocks until the operating system has taken them.
    ///
    /// @throws IOException if the connection is broken or closed
    void write(ByteBuffer bytes) throws IOException;

    /// Returns why a write failed: what the downstream said before it closed the connection, or the failure
    /// itself if it said nothing. May block for a second. Called only where nobody reads; the connection
    /// cannot be used any more.
    default IOException reason(IOException failed) {
        return failed;
    }

    /// Returns true if the end that [#read] has returned may have cut the answer short: with TLS, if the
    /// downstream did not say that it closes its side (RFC 9112, 9.8).
    default boolean mayBeCutShort() {
        return false;
    }

    /// Returns true if the connection is open and no byte waits to be read. Does not block. A byte that was
    /// found is lost, so a connection that is not silent cannot be used any more.
    boolean isSilent();

    /// Returns the protocol that both sides agreed on by ALPN; empty if there was no such agreement.
    String protocol();

    /// Closes the socket. Does not wait for the downstream. A second call does nothing.
    @Override
    void close();
}
