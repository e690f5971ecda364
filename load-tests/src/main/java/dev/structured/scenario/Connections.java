package dev.structured.scenario;

import dev.structured.core.Action;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// Listens on a port of this machine, and starts a task for each connection.
final class Connections {
    private static final int BACKLOG = 1_024;

    private Connections() {}

    /// Opens any free port. It is closed, with its connections, when the nursery ends.
    ///
    /// @param serve talks over one connection, which is closed when it returns; an `IOException` ends it, too
    /// @return the address of the port, as `http://address:port`
    static String open(Nursery nursery, Action<Socket, ?> serve) throws IOException {
        ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        nursery.startSoon("downstream", () -> accept(listener, serve));
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    private static void accept(ServerSocket listener, Action<Socket, ?> serve) throws IOException {
        try (listener) {
            Nursery.run("connections", connections -> {
                while (true) {
                    Socket socket = listener.accept();
                    connections.startSoon("connection", () -> serve(socket, serve));
                }
            });
        }
    }

    private static void serve(Socket socket, Action<Socket, ?> serve) throws Exception {
        try (socket) {
            socket.setTcpNoDelay(true);
            serve.accept(socket);
        } catch (IOException e) {
            Checkpoints.checkCancelled(); // otherwise the client has gone away, which is no error
        }
    }
}
