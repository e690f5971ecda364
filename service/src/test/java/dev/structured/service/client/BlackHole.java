package dev.structured.service.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// An address that neither accepts nor refuses connections: its queue is full, so that the system drops new
/// ones.
final class BlackHole implements AutoCloseable {
    private static final int FULL_AFTER_MILLIS = 300;

    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<Socket> queue = new ArrayList<>();

    BlackHole() throws IOException {
        while (queue.size() < 16 && fits(new Socket())) {
            // until one does not
        }
    }

    private boolean fits(Socket socket) throws IOException {
        queue.add(socket);
        try {
            socket.connect(listener.getLocalSocketAddress(), FULL_AFTER_MILLIS);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : queue) socket.close();
        listener.close();
    }
}
