package dev.structured.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Passes bytes on to a port of this machine. Its connections can be made silent: they stay open, and nothing
/// comes through any more, as where something in between has forgotten them.
final class SilencedProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    /// Raised to silence the connections that there are.
    private final AtomicInteger generation = new AtomicInteger();
    private final AtomicInteger silenced = new AtomicInteger();

    private SilencedProxy(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    static SilencedProxy to(int target) throws IOException {
        SilencedProxy proxy = new SilencedProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                target);
        Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /// From now on, nothing comes through the connections that there are. Further ones work.
    void silence() {
        generation.incrementAndGet();
    }

    /// Returns the number of connections whose answers did not come through.
    int silenced() {
        return silenced.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.addAll(List.of(client, server));
                int born = generation.get();
                Thread.ofVirtual().start(() -> pass(client, server, born));
                Thread.ofVirtual().start(() -> pass(server, client, born));
            }
        } catch (IOException _) {
            // The test is over.
        }
    }

    private void pass(Socket from, Socket to, int born) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[16_384];
            boolean told = false;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (born == generation.get()) out.write(buffer, 0, read);
                else if (!told) {
                    told = true;
                    silenced.incrementAndGet();
                }
            }
        } catch (IOException _) {
            // One of the two has gone.
        } finally {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // It is gone in any case.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        sockets.forEach(SilencedProxy::closeQuietly);
    }
}
