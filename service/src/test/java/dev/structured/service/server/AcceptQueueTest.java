package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AcceptQueueTest {
    private static ServerSocketChannel port() throws Exception {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @Test
    void closed_queue_still_gives_what_waits() throws Exception {
        try (ServerSocketChannel port = port()) {
            AcceptQueue queue = new AcceptQueue(port);
            try (SocketChannel _ = SocketChannel.open(port.getLocalAddress())) {
                queue.close();
                try (SocketChannel waiting = queue.poll()) {
                    assertNotNull(waiting);
                }
                assertNull(queue.poll());
            }
        }
    }

    /// The thread that accepts may still ask when another one has closed the port: that is no failure.
    @Test
    void closed_port_has_no_next_connection() throws Exception {
        try (ServerSocketChannel port = port()) {
            AcceptQueue queue = new AcceptQueue(port);
            queue.close();
            queue.closePort();
            assertFalse(port.isOpen());
            assertNull(queue.next());
        }
    }
}
