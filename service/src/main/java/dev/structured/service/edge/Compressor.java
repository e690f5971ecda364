package dev.structured.service.edge;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.structured.service.config.ContentCoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPOutputStream;

/// Encodes bodies, whole or piece by piece, at quick levels: a higher level takes twice the time and saves
/// only a few percent of the size.
final class Compressor implements AutoCloseable {
    private static final int GZIP_LEVEL = 4;
    private static final int ZSTD_LEVEL = 3;
    private static final int BROTLI_QUALITY = 4;
    private static final int PIECE = 8 * 1024;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final OutputStream encoder;
    private boolean closed;

    private static final class Gzip extends GZIPOutputStream {
        Gzip(OutputStream out) throws IOException {
            super(out, PIECE, true);
            def.setLevel(GZIP_LEVEL);
        }
    }

    /// @throws LinkageError if the native library of the encoding cannot be loaded
    Compressor(ContentCoding coding) {
        try {
            encoder = switch (coding) {
                case GZIP -> new Gzip(out);
                case ZSTD -> new ZstdOutputStreamNoFinalizer(out, RecyclingBufferPool.INSTANCE, ZSTD_LEVEL);
                case BR -> brotli(out);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static OutputStream brotli(OutputStream out) throws IOException {
        Brotli4jLoader.ensureAvailability();
        return new BrotliOutputStream(out, new Encoder.Parameters().setQuality(BROTLI_QUALITY), PIECE);
    }

    /// Returns the encoded form of a whole body.
    ///
    /// @throws LinkageError if the native library of the encoding cannot be loaded
    static ByteBuffer whole(ByteBuffer body, ContentCoding coding) {
        byte[] bytes = new byte[body.remaining()];
        body.duplicate().get(bytes);
        try (Compressor compressor = new Compressor(coding)) {
            return ByteBuffer.wrap(compressor.piece(bytes, true));
        } catch (IOException e) {
            throw new UncheckedIOException("Memory takes all bytes", e);
        }
    }

    /// Returns the encoded form of a piece, from which the client can decode the whole piece.
    ///
    /// @param last true to end the body with it
    byte[] piece(byte[] bytes, boolean last) throws IOException {
        encoder.write(bytes);
        if (last) {
            close();
        } else {
            encoder.flush();
        }
        byte[] encoded = out.toByteArray();
        out.reset();
        return encoded;
    }

    /// Ends the body, and gives back the memory of the encoder. A second call does nothing.
    @Override
    public void close() {
        if (closed) return;
        closed = true;
        try {
            encoder.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Memory takes all bytes", e);
        }
    }
}
