package dev.structured.service.client;

import java.io.IOException;
import java.nio.ByteBuffer;

/// One open socket to a downstream. Used by one thread at a time; only [#close()] may be called by another
/// one.
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

    /// Returns true if the connection is open and no byte waits to be read. Does not block. A byte that was
    /// found is lost, so a connection that is not silent is of no use any more.
    boolean isSilent();

    /// Closes the socket. Does not wait for the downstream. A second call does nothing.
    @Override
    void close();
}
