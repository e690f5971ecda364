package dev.structured.service.client;

import dev.structured.core.Nursery;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;

/// Stands before a downstream: what arrives on one side goes out on the other, and when one side closes, so
/// does the other.
final class Relay {
    private final ServerSocket listener;
    private final int port;
    /// Set to have what arrives go nowhere, while all sockets stay open.
    volatile boolean swallows;

    /// @param port of the downstream
    Relay(ServerSocket listener, int port) {
        this.listener = listener;
        this.port = port;
    }

    static Relay plain(int port) throws IOException {
        return new Relay(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), port);
    }

    URI url(String scheme) {
        return URI.create(scheme + "://127.0.0.1:" + listener.getLocalPort());
    }

    /// Relays until cancelled.
    void run() throws IOException {
        try (listener) {
            Nursery.run(nursery -> {
                while (true) {
                    Socket client = listener.accept();
                    nursery.startSoon("relayed", () -> relay(client));
                }
            });
        }
    }

    private void relay(Socket client) {
        try (client; Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            Nursery.run(both -> {
                both.startSoon("answers", () -> copy(server, client));
                copy(client, server);
            });
        } catch (IOException e) {
            // One of the two has gone.
        }
    }

    private void copy(Socket from, Socket to) {
        byte[] bytes = new byte[16 * 1024];
        try (from; to) {
            InputStream in = from.getInputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                if (!swallows) to.getOutputStream().write(bytes, 0, count);
            }
        } catch (IOException e) {
            // One of the two has gone.
        }
    }
}
