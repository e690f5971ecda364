package dev.structured.service.client;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.config.Encoding;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// Decodes bodies. The limit counts the bytes after decoding, since a small body can expand to very many.
final class BodyDecoder {
    /// 8 MiB, by RFC 9659.
    private static final int LOG_OF_MOST_WINDOW = 23;

    private BodyDecoder() {}

    /// Returns the decoded body.
    ///
    /// @param body not empty
    /// @param decoded receives the decoded body
    /// @throws DownstreamException if that takes no more, or the body does not have the declared encoding, or
    ///     cannot be decoded here
    static byte[] decode(byte[] body, Encoding encoding, DecodedBody decoded) throws DownstreamException {
        try {
            switch (encoding) {
                case GZIP -> Gunzip.decode(body, decoded);
                case DEFLATE -> deflate(body, decoded);
                case ZSTD -> zstd(body, decoded);
            }
            return decoded.bytes();
        } catch (EOFException e) {
            throw invalid(body, encoding, "it ends too early", e);
        } catch (IOException e) {
            throw invalid(body, encoding, String.valueOf(e.getMessage()), e);
        } catch (LinkageError e) {
            throw new DownstreamException(ErrorType.CONTENT_CODING, notLoaded(encoding.label()), e);
        }
    }

    private static DownstreamException invalid(byte[] body, Encoding encoding, String why, IOException e) {
        return new DownstreamException(ErrorType.CONTENT_CODING, "The answer's body of " + body.length
                + " bytes is not valid " + encoding.label() + ": " + why, e);
    }

    private static String notLoaded(String encoding) {
        return "The library for " + encoding + " cannot be loaded. It is unpacked into the folder that"
                + " java.io.tmpdir names, which must be writable and not mounted noexec; or leave " + encoding
                + " out of 'encodings'";
    }

    /// RFC 1950; or RFC 1951 without that frame, since some servers take the name `deflate` literally.
    private static void deflate(byte[] body, DecodedBody decoded) throws IOException, DownstreamException {
        boolean framed = body.length >= 2 && (body[0] & 0x0f) == Deflater.DEFLATED
                && ((body[0] & 0xff) << 8 | (body[1] & 0xff)) % 31 == 0;
        Inflater inflater = new Inflater(!framed);
        try {
            ByteBuffer left = ByteBuffer.wrap(body);
            inflater.setInput(left);
            decoded.inflate(inflater, null);
            if (left.hasRemaining()) throw new IOException("there are bytes behind its end");
        } finally {
            inflater.end();
        }
    }

    /* A frame may ask for a window of gigabytes, however small its content is. */
    private static void zstd(byte[] body, DecodedBody decoded) throws IOException, DownstreamException {
        try (ZstdInputStreamNoFinalizer in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(body),
                RecyclingBufferPool.INSTANCE)) {
            in.setLongMax(LOG_OF_MOST_WINDOW);
            decoded.read(in);
            checkFrames(body);
        }
    }

    /// The library's stream does not tell that a frame ends too early which begins in the same buffer as the
    /// one before it ends.
    private static void checkFrames(byte[] body) throws IOException {
        try {
            int at = 0;
            while (at < body.length)
                at += (int) Zstd.findFrameCompressedSize(body, at);
        } catch (ZstdException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
