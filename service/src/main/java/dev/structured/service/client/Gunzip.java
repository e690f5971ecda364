package dev.structured.service.client;

import dev.structured.service.aggregate.DownstreamException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Inflater;

/// Decodes gzip (RFC 1952): members, one behind the other.
///
/// The JDK's decoder calls itself for each member, so that a body of many empty ones ends the stack. It
/// does not tell of bytes behind the last one either.
final class Gunzip {
    private static final int MAGIC = 0x8b1f;
    private static final int DEFLATE = 8;
    /// The flags of a member's head.
    private static final int HEAD_SUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;
    /// Time, level and system.
    private static final int UNUSED_BYTES = 6;

    private Gunzip() {}

    /// Decodes a body.
    ///
    /// @param body not empty
    /// @param decoded receives the decoded body
    /// @throws IOException if it is not valid
    /// @throws DownstreamException if the decoded body becomes too large
    static void decode(byte[] body, DecodedBody decoded) throws IOException, DownstreamException {
        ByteBuffer left = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
        Inflater inflater = new Inflater(true);
        CRC32 sum = new CRC32();
        try {
            while (left.hasRemaining()) {
                skipHead(left);
                inflater.reset();
                inflater.setInput(left);
                sum.reset();
                decoded.inflate(inflater, sum);
                if (left.getInt() != (int) sum.getValue()
                        || left.getInt() != (int) inflater.getBytesWritten())
                    throw new IOException("the checksum or the length of a member is wrong");
            }
        } catch (BufferUnderflowException e) {
            throw (EOFException) new EOFException().initCause(e);
        } finally {
            inflater.end();
        }
    }

    private static void skipHead(ByteBuffer in) throws IOException {
        int began = in.position();
        if (in.getShort() != (short) MAGIC) {
            throw new IOException(
                    began == 0 ? "it does not begin as gzip" : "there are bytes behind its end");
        }
        int method = in.get();
        int flags = in.get();
        if (method != DEFLATE || (flags & RESERVED) != 0) throw new IOException("it is of an unknown kind");
        skip(in, UNUSED_BYTES);
        if ((flags & EXTRA) != 0) skip(in, in.getShort() & 0xffff);
        if ((flags & NAME) != 0) skipText(in);
        if ((flags & COMMENT) != 0) skipText(in);
        if ((flags & HEAD_SUM) == 0) return;
        CRC32 sum = new CRC32();
        sum.update(in.slice(began, in.position() - began));
        if (in.getShort() != (short) sum.getValue()) throw new IOException("the checksum of a head is wrong");
    }

    private static void skip(ByteBuffer in, int bytes) {
        if (in.remaining() < bytes) throw new BufferUnderflowException();
        in.position(in.position() + bytes);
    }

    private static void skipText(ByteBuffer in) {
        while (in.get() != 0) {
            // Its end is a zero.
        }
    }
}
