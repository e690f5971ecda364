package dev.structured.service.client;

import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.function.LongPredicate;
import java.util.zip.Checksum;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/// A body while it is decoded. Refuses bytes over its limit, and takes memory for the others as they come.
final class DecodedBody {
    private static final int PIECE = 8 << 10;

    private final int most;
    private final LongPredicate memory;
    private final BodyBuffer bytes = new BodyBuffer();
    private final byte[] piece = new byte[PIECE];
    private long length;

    /// @param most the largest body, in bytes
    /// @param memory takes memory for a body of so many bytes; returns false if there is not so much left
    DecodedBody(int most, LongPredicate memory) {
        this.most = most;
        this.memory = memory;
    }

    /// Adds what the decoder returns until its end.
    ///
    /// @param inflater has all of its input
    /// @param sum gets these bytes too; null if nobody needs their checksum
    /// @throws IOException if the input ends before, or is not valid
    /// @throws DownstreamException if the body becomes too large
    void inflate(Inflater inflater, @Nullable Checksum sum) throws IOException, DownstreamException {
        try {
            while (!inflater.finished()) {
                int count = inflater.inflate(piece);
                if (sum != null) sum.update(piece, 0, count);
                if (count > 0) add(count);
                else if (inflater.needsDictionary()) throw new IOException("it needs a dictionary");
                else if (inflater.needsInput()) throw new EOFException();
            }
        } catch (DataFormatException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /// Adds all bytes of a stream.
    ///
    /// @throws IOException if it cannot be read
    /// @throws DownstreamException if the body becomes too large
    void read(InputStream in) throws IOException, DownstreamException {
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) add(count);
    }

    private void add(int count) throws DownstreamException {
        length += count;
        if (length > most) {
            throw new DownstreamException(ErrorType.BODY_TOO_LARGE,
                    "The answer's body is larger than " + most + " bytes when decoded", null);
        }
        if (!memory.test(length)) {
            throw new DownstreamException(ErrorType.MEMORY,
                    "There is no memory left for the answer's body when decoded", null);
        }
        bytes.add(ByteBuffer.wrap(piece, 0, count));
    }

    /// Returns the bytes that were added.
    byte[] bytes() {
        return bytes.bytes();
    }
}
