package dev.structured.service.client;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// Adapts a [Wire] to Jetty's protocols: one task blocks to read from it, another one to write.
///
/// ```
///   fill, "I am interested" ◀── reader: read a piece ──▶ "fillable" ──▶ frames, on the reader's thread
///   write by any thread ──▶ flush says "not now" ──▶ writer: completes it, and what was queued meanwhile
/// ```
///
/// So no call ever touches the socket, and an interrupt of a call does not close it.
final class WireEndPoint extends AbstractEndPoint {
    private static final int READ_BYTES = 16 * 1024;

    private final Wire wire;
    /// Filled and emptied by the reader.
    private final ByteBuffer input = ByteBuffer.allocate(READ_BYTES).limit(0);
    private final ByteBuffer output = ByteBuffer.allocate(READ_BYTES);
    private final Semaphore interested = new Semaphore(0);
    private final Semaphore incomplete = new Semaphore(0);
    private volatile @Nullable Thread reader;
    private volatile @Nullable Thread writer;
    /// True when no more bytes can be read: the downstream has closed its side, or the socket is broken.
    private volatile boolean ended;
    private volatile @Nullable IOException lost;
    /// What the reader does when it has passed on a piece. Only the reader uses it.
    private final Deque<Runnable> afterReading = new ArrayDeque<>();
    private final Liveness liveness = new Liveness();
    private final LargeSettings settings = new LargeSettings();
    private final Backlog backlog = new Backlog();

    /// @param timer Jetty's timer; not used as long as there is no idle timeout
    WireEndPoint(Wire wire, Scheduler timer) {
        super(timer);
        this.wire = wire;
    }

    /// Reads until the downstream has closed its side or the socket is closed. Blocks; an interrupt closes
    /// the socket.
    ///
    /// @throws InterruptedException if interrupted meanwhile
    void readAll() throws InterruptedException {
        reader = Thread.currentThread();
        while (!ended) {
            interested.acquire();
            // The remaining bytes were not wanted at that moment, and are offered again.
            if (!input.hasRemaining()) read();
            getFillInterest().fillable();
            for (Runnable each = afterReading.poll(); each != null; each = afterReading.poll()) each.run();
        }
        if (Thread.interrupted()) throw new InterruptedException("Interrupted while reading");
    }

    /// Runs an action when the piece that was read has been passed on. Only the reader may call this.
    void afterReading(Runnable action) {
        afterReading.add(action);
    }

    private void read() {
        input.clear();
        try {
            if (wire.read(input) < 0) ended = true;
        } catch (IOException e) {
            lost(e);
            ended = true;
        }
        input.flip();
        liveness.read();
        if (!backlog.grows(settings.look(input))) return;
        lost(new IOException("the downstream sends more than it reads"));
        input.limit(0);
        ended = true;
    }

    /// Writes the bytes that Jetty passes on, until interrupted. Blocks; an interrupt closes the socket.
    ///
    /// @throws InterruptedException when interrupted
    void writeAll() throws InterruptedException {
        writer = Thread.currentThread();
        while (true) {
            incomplete.acquire();
            getWriteFlusher().completeWrite();
        }
    }

    /// Returns the liveness of the connection, which is notified of all reads and writes.
    Liveness liveness() {
        return liveness;
    }

    /// Returns the failure of the socket; null if there was none.
    @Nullable
    IOException lost() {
        return lost;
    }

    /// Returns true if the caller is the task that reads.
    boolean isReading() {
        return Thread.currentThread() == reader;
    }

    @Override
    public int fill(ByteBuffer buffer) {
        if (Thread.currentThread() != reader || !input.hasRemaining()) return ended ? -1 : 0;
        int position = BufferUtil.flipToFill(buffer);
        int count = BufferUtil.put(input, buffer);
        BufferUtil.flipToFlush(buffer, position);
        return count;
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        if (!isOpen()) throw new ClosedChannelException();
        if (Thread.currentThread() != writer) return false;
        for (ByteBuffer each : buffers) {
            while (each.hasRemaining()) {
                if (!output.hasRemaining()) writeOutput();
                var _ = BufferUtil.put(each, output);
            }
        }
        writeOutput();
        return true;
    }

    /* Small pieces in one write: with TLS each write is a record. */
    private void writeOutput() throws IOException {
        output.flip();
        liveness.write(System.nanoTime());
        try {
            int bytes = output.remaining();
            if (bytes > 0) wire.write(output);
            liveness.written();
            backlog.written(bytes);
        } catch (IOException e) {
            lost(e);
            throw e;
        }
        output.clear();
    }

    /// Notes a failure. The reader and the writer may both meet the end of the connection; what the
    /// downstream said of it counts.
    private synchronized void lost(IOException why) {
        if (!(lost instanceof NotTrustedException)) lost = why;
    }

    @Override
    protected void onIncompleteFlush() {
        incomplete.release();
    }

    @Override
    protected void needsFillInterest() {
        interested.release();
    }

    @Override
    protected void doClose() {
        wire.close();
        ended = true;
        interested.release();
    }

    @Override
    public Object getTransport() {
        return wire;
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return null;
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return null;
    }
}
