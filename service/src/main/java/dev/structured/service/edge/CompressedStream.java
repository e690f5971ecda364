package dev.structured.service.edge;

import java.io.IOException;
import java.nio.ByteBuffer;

/// An answer that is sent in pieces, each of which is compressed and can be decoded as soon as it arrives.
final class CompressedStream implements AnswerStream {
    private final AnswerStream out;
    private final Compressor compressor;
    private final Runnable release;
    private boolean closed;

    /// @param release called once, when the stream has ended
    CompressedStream(AnswerStream out, Compressor compressor, Runnable release) {
        this.out = out;
        this.compressor = compressor;
        this.release = release;
    }

    @Override
    public void write(ByteBuffer bytes, boolean last) throws IOException {
        byte[] plain = new byte[bytes.remaining()];
        bytes.get(plain);
        byte[] encoded = compressor.piece(plain, last);
        if (last) close();
        out.write(ByteBuffer.wrap(encoded), last);
    }

    @Override
    public void abort() {
        close();
        out.abort();
    }

    private void close() {
        if (closed) return;
        closed = true;
        compressor.close();
        release.run();
    }
}
