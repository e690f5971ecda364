package dev.structured.service.edge;

import java.io.IOException;
import java.nio.ByteBuffer;

/// The body of an answer that is sent in pieces. Used by one thread at a time.
public interface AnswerStream {
    /// Sends bytes at once; the first call sends the head of the answer before them. Blocks while the client
    /// does not read; cancelled by interrupt.
    ///
    /// @param last true to end the answer with these bytes
    /// @throws IOException if the client has left, or was too slow
    void write(ByteBuffer bytes, boolean last) throws IOException;

    /// Closes the connection, so that the client sees that the answer is not complete.
    void abort();
}
