package dev.structured.service.server;

import java.io.IOException;
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

    /// @param port the open port; it is not closed with the queue
    AcceptQueue(ServerSocketChannel port) throws IOException {
        this.port = port;
        port.configureBlocking(false);
        selector = Selector.open();
        port.register(selector, SelectionKey.OP_ACCEPT);
    }

    /// Returns the next connection. Blocks until there is one; null when interrupted, or when none waits and
    /// the queue is closed.
    @Nullable
    SocketChannel next() throws IOException {
        SocketChannel waiting = port.accept();
        if (waiting != null) return waiting;
        try {
            selector.select();
            selector.selectedKeys().clear();
        } catch (ClosedSelectorException closed) {
            return null;
        }
        return port.accept();
    }

    /// Returns the next connection; null if none waits.
    @Nullable
    SocketChannel poll() throws IOException {
        return port.accept();
    }

    /// Ends the registration of the port, so that its close takes effect at once: the JDK leaves a port open
    /// whose channel is closed while it is registered. [#poll] still takes connections.
    @Override
    public void close() throws IOException {
        selector.close();
    }
}
