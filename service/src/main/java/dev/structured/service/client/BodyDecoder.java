package dev.structured.service.client;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.config.Encoding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/// Decodes bodies. The limit counts the bytes after decoding, since a small body can expand to very many.
final class BodyDecoder {
    /// 8 MiB, by RFC 9659.
    private static final int LOG_OF_MOST_WINDOW = 23;

    private BodyDecoder() {}

    /// Returns the decoded body.
    ///
    /// @param maxBytes the largest decoded body
    /// @throws DownstreamException if it is larger, does not have the declared encoding, or cannot be decoded
    ///     here
    static byte[] decode(byte[] body, Encoding encoding, int maxBytes) throws DownstreamException {
        try (InputStream in = stream(body, encoding)) {
            byte[] decoded = in.readNBytes(maxBytes);
            if (decoded.length < maxBytes || in.read() < 0) return decoded;
        } catch (IOException e) {
            throw new DownstreamException(ErrorType.CONTENT_CODING,
                    "The answer's body of " + body.length + " bytes is not valid " + encoding.label() + ": "
                            + e.getMessage(),
                    e);
        } catch (LinkageError e) {
            throw new DownstreamException(ErrorType.CONTENT_CODING, notLoaded(encoding.label()), e);
        }
        throw new DownstreamException(ErrorType.BODY_TOO_LARGE,
                "The answer's body is larger than " + maxBytes + " bytes when decoded", null);
    }

    private static String notLoaded(String encoding) {
        return "The library for " + encoding + " cannot be loaded. It is unpacked into the folder that"
                + " java.io.tmpdir names, which must be writable and not mounted noexec; or leave " + encoding
                + " out of 'encodings'";
    }

    private static InputStream stream(byte[] body, Encoding encoding) throws IOException {
        InputStream in = new ByteArrayInputStream(body);
        return switch (encoding) {
            case GZIP -> new GZIPInputStream(in);
            case DEFLATE -> new InflaterInputStream(in);
            case ZSTD -> zstd(in);
        };
    }

    /* A frame may ask for a window of gigabytes, however small its content is. */
    private static InputStream zstd(InputStream in) throws IOException {
        ZstdInputStreamNoFinalizer decoder = new ZstdInputStreamNoFinalizer(in, RecyclingBufferPool.INSTANCE);
        decoder.setLongMax(LOG_OF_MOST_WINDOW);
        return decoder;
    }
}
