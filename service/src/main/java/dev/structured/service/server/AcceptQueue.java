package dev.structured.service.server;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// The connections that wait in the kernel until they are accepted.
///
/// An interrupt of a thread that blocks in `accept` would close the port, and the kernel would reset all
/// waiting connections. Here it only wakes the thread, so that these connections can still be accepted.
/// Thread-safe, except for [#next], which one thread calls.
final class AcceptQueue implements AutoCloseable {
    private final ServerSocketChannel port;
    private final Selector selector;

    /// @param port the open port; [#close] leaves it open
    AcceptQueue(ServerSocketChannel port) throws IOException {
        this.port = port;
        port.configureBlocking(false);
        selector = Selector.open();
        port.register(selector, SelectionKey.OP_ACCEPT);
    }

    /// Returns the next connection. Blocks until there is one; null when interrupted, or when none waits and
    /// the queue or the port is closed.
    @Nullable
    SocketChannel next() throws IOException {
        try {
            SocketChannel waiting = port.accept();
            if (waiting != null) return waiting;
            selector.select();
            selector.selectedKeys().clear();
            return port.accept();
        } catch (ClosedSelectorException | ClosedChannelException closed) {
            return null;
        }
    }

    /// Returns the next connection; null if none waits.
    @Nullable
    SocketChannel poll() throws IOException {
        return port.accept();
    }

    /// Closes the port. The kernel resets the connections that have come since the last [#poll].
    void closePort() throws IOException {
        port.close();
    }

    /// Ends the registration of the port, so that its close takes effect at once: the JDK leaves a port open
    /// whose channel is closed while it is registered. [#poll] still takes connections.
    @Override
    public void close() throws IOException {
        selector.close();
    }
}
