package dev.structured.core.examples;

import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.TaskStatus;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A client begins when its server listens; a second server finds the port taken, and says so to whoever
/// starts it.
final class ReadyServer {
    private static final byte[] GREETING = "hello".getBytes(StandardCharsets.UTF_8);

    private ReadyServer() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("main", () -> {
            // @start region=start
            Nursery.run("site", nursery -> {
                int port = nursery.start("server", status -> serve(0, status)); // 0: any port
                out.say("client: is told '" + ask(port) + "'");
                try {
                    nursery.start("second server", (TaskStatus<Integer> status) -> serve(port, status));
                } catch (BindException e) {
                    out.say("second server: the port is taken");
                }
                out.say("client: is told '" + ask(port) + "' again");
                nursery.scope().cancel("that is all");
            });
            // @end
        });
        out.say("site: closed");
    }

    // @start region=server
    private static void serve(int port, TaskStatus<Integer> status) throws IOException {
        try (ServerSocket server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
            status.started(server.getLocalPort()); // it listens: start() returns
            Nursery.run("connections", nursery -> {
                while (true) {
                    Socket client = server.accept();
                    nursery.startSoon("connection", () -> greet(client));
                }
            });
        }
    }
    // @end

    private static void greet(Socket client) throws IOException {
        try (client) {
            client.getOutputStream().write(GREETING);
        }
    }

    private static String ask(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
