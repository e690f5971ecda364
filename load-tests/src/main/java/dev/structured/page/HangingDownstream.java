package dev.structured.page;

import dev.structured.core.Nursery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// A downstream that never answers, and notes when each call is given up, which it sees by the end of the
/// connection.
final class HangingDownstream {
    private static final int MOST_REQUEST_BYTES = 16 * 1024;
    private static final int BACKLOG = 4_096;

    private final ServerSocketChannel listener;
    private final AtomicInteger hanging = new AtomicInteger();
    private final Queue<Long> givenUp = new ConcurrentLinkedQueue<>();

    private HangingDownstream(ServerSocketChannel listener) {
        this.listener = listener;
    }

    /// Starts it on any free port of the loopback address.
    ///
    /// @param nursery owns its connections, and ends it when cancelled
    static HangingDownstream start(Nursery nursery) throws IOException {
        HangingDownstream downstream = new HangingDownstream(ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG));
        nursery.startSoon("downstream", () -> downstream.accept(nursery));
        return downstream;
    }

    /// Returns where it listens, as `http://address:port`.
    String url() throws IOException {
        return "http://127.0.0.1:" + ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    /// Returns the number of calls under way.
    int hanging() {
        return hanging.get();
    }

    /// Returns when the calls were given up, by [System#nanoTime()], and forgets it.
    long[] takeGivenUp() {
        long[] times = givenUp.stream().mapToLong(each -> each).sorted().toArray();
        givenUp.clear();
        return times;
    }

    private void accept(Nursery nursery) throws IOException {
        try (listener) {
            while (true) {
                SocketChannel channel = listener.accept();
                nursery.startSoon("connection", () -> serve(channel));
            }
        }
    }

    private void serve(SocketChannel channel) {
        boolean asked = false;
        try (channel) {
            ByteBuffer request = ByteBuffer.allocate(MOST_REQUEST_BYTES);
            while (channel.read(request) >= 0) {
                if (!asked) hanging.incrementAndGet();
                asked = true;
            }
        } catch (IOException _) {
            // The call has been given up by a reset.
        }
        if (!asked) return;
        givenUp.add(System.nanoTime());
        hanging.decrementAndGet();
    }
}
