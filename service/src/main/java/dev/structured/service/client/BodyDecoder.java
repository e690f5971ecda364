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
import java.io.InputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/// Decodes bodies. The limit counts the bytes after decoding, since a small body can expand to very many.
final class BodyDecoder {
    /// 8 MiB, by RFC 9659.
    private static final int LOG_OF_MOST_WINDOW = 23;

    private BodyDecoder() {}

    /// Returns the decoded body.
    ///
    /// @param body not empty
    /// @param maxBytes the largest decoded body
    /// @throws DownstreamException if it is larger, does not have the declared encoding, or cannot be decoded
    ///     here
    static byte[] decode(byte[] body, Encoding encoding, int maxBytes) throws DownstreamException {
        try {
            return switch (encoding) {
                case GZIP -> gzip(body, maxBytes);
                case DEFLATE -> deflate(body, maxBytes);
                case ZSTD -> zstd(body, maxBytes);
            };
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

    private static byte[] read(InputStream in, int maxBytes) throws IOException, DownstreamException {
        byte[] decoded = in.readNBytes(maxBytes);
        if (decoded.length < maxBytes || in.read() < 0) return decoded;
        throw new DownstreamException(ErrorType.BODY_TOO_LARGE,
                "The answer's body is larger than " + maxBytes + " bytes when decoded", null);
    }

    private static byte[] gzip(byte[] body, int maxBytes) throws IOException, DownstreamException {
        try (Gunzip in = new Gunzip(body)) {
            byte[] decoded = read(in, maxBytes);
            if (in.hasMore()) throw surplus();
            return decoded;
        }
    }

    /// RFC 1950; or RFC 1951 without that frame, since some servers take the name `deflate` literally.
    private static byte[] deflate(byte[] body, int maxBytes) throws IOException, DownstreamException {
        boolean framed = body.length >= 2 && (body[0] & 0x0f) == Deflater.DEFLATED
                && ((body[0] & 0xff) << 8 | (body[1] & 0xff)) % 31 == 0;
        Inflater inflater = new Inflater(!framed);
        try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(body), inflater,
                body.length)) {
            byte[] decoded = read(in, maxBytes);
            if (inflater.getRemaining() > 0) throw surplus();
            return decoded;
        } finally {
            inflater.end();
        }
    }

    /* A frame may ask for a window of gigabytes, however small its content is. */
    private static byte[] zstd(byte[] body, int maxBytes) throws IOException, DownstreamException {
        try (ZstdInputStreamNoFinalizer in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(body),
                RecyclingBufferPool.INSTANCE)) {
            in.setLongMax(LOG_OF_MOST_WINDOW);
            byte[] decoded = read(in, maxBytes);
            checkFrames(body);
            return decoded;
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

    private static IOException surplus() {
        return new IOException("there are bytes behind its end");
    }

    /// The JDK's decoder ignores bytes behind the last member and does not say so. Here its buffer holds the
    /// whole body, so the bytes that it has left can be counted.
    private static final class Gunzip extends GZIPInputStream {
        private static final int TRAILER_BYTES = 8;

        Gunzip(byte[] body) throws IOException {
            super(new ByteArrayInputStream(body), body.length);
        }

        /// Returns true if there are bytes behind the last member. Called at the end.
        boolean hasMore() {
            return inf.getRemaining() > TRAILER_BYTES;
        }
    }
}
