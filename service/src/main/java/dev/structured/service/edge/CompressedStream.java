package dev.structured.service.edge;

import java.io.IOException;

/// An answer that is sent in pieces, each of which is compressed and can be decoded as soon as it is there.
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
    public void write(byte[] bytes, boolean last) throws IOException {
        byte[] encoded = compressor.piece(bytes, last);
        if (last) close();
        out.write(encoded, last);
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
