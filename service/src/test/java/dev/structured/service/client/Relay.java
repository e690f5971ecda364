package dev.structured.service.client;

import dev.structured.core.Nursery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/// Stands before a downstream: what arrives on one side goes out on the other, and when one side closes, so
/// does the other.
final class Relay {
    private final ServerSocket listener;
    private final int port;
    /// One for each connection, true when what arrives on it goes nowhere while its sockets stay open.
    private final List<AtomicBoolean> swallows = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream asked = new ByteArrayOutputStream();

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

    /// Has what arrives from now on go nowhere. Connections that are opened later work.
    void swallow() {
        swallows.forEach(each -> each.set(true));
    }

    private void relay(Socket client) {
        AtomicBoolean swallowed = new AtomicBoolean();
        swallows.add(swallowed);
        try (client; Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            Nursery.run(both -> {
                both.startSoon("answers",
                        () -> copy(server, client, OutputStream.nullOutputStream(), swallowed));
                copy(client, server, asked, swallowed);
            });
        } catch (IOException e) {
            // One of the two has gone.
        }
    }

    /// Returns what has come for the downstream, also what it did not get.
    byte[] asked() {
        return asked.toByteArray();
    }

    private void copy(Socket from, Socket to, OutputStream seen, AtomicBoolean swallowed) {
        byte[] bytes = new byte[16 * 1024];
        try (from; to) {
            InputStream in = from.getInputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                seen.write(bytes, 0, count);
                if (!swallowed.get()) to.getOutputStream().write(bytes, 0, count);
            }
        } catch (IOException e) {
            // One of the two has gone.
        }
    }
}
