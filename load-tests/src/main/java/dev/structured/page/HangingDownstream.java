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

/// A downstream that never answers, and notes the time at which each call ends, when it sees the end of the
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

    /// Returns its address, as `http://address:port`.
    String url() throws IOException {
        return "http://127.0.0.1:" + ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    /// Returns the number of calls in flight.
    int hanging() {
        return hanging.get();
    }

    /// Returns the times at which calls ended, by [System#nanoTime()], and forgets them.
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
            // The call was ended by a reset.
        }
        if (!asked) return;
        givenUp.add(System.nanoTime());
        hanging.decrementAndGet();
    }
}
