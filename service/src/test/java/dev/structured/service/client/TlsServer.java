package dev.structured.service.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.aggregate.Downstream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// A server that answers each request with the version of TLS and the name that it was asked for.
record TlsServer(SSLServerSocket listener, List<Socket> sockets, AtomicInteger requests, Nursery nursery,
        HttpProtocol http) {

    interface Body {
        void run(TlsServer server) throws Exception;
    }

    /// Runs a test with a server whose certificate the context has.
    static void with(SSLContext context, Body body) throws Exception {
        SSLServerSocket listener = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0,
                50,
                InetAddress.getLoopbackAddress());
        with(listener, body);
    }

    /// Runs a test with a server at a port, and asserts that it leaves no task.
    static void with(SSLServerSocket listener, Body body) {
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("test", () -> Nursery.run(nursery -> {
                try (HttpProtocol http = HttpProtocol.open(nursery)) {
                    TlsServer server = new TlsServer(listener, new CopyOnWriteArrayList<>(),
                            new AtomicInteger(),
                            nursery,
                            http);
                    nursery.startSoon("server", server::accept);
                    body.run(server);
                }
                nursery.scope().cancel("the test is over");
            }));
            assertEquals(0, scheduler.statistics().tasks());
        }
    }

    Downstream open(String... keys) {
        return openAt("https://127.0.0.1:" + listener.getLocalPort(), keys);
    }

    Downstream openAt(String url, String... keys) {
        return http.open(
                DownstreamText.read("secure",
                        Stream.concat(Stream.of("url: " + url, "connectTimeout: 20s"),
                                Arrays.stream(keys)).toArray(String[]::new)),
                URI.create(url), CallObserver.NONE);
    }

    void accept() throws IOException {
        try (listener) {
            while (true) {
                SSLSocket socket = (SSLSocket) listener.accept();
                sockets.add(socket);
                nursery.startSoon("connection", () -> serve(socket));
            }
        }
    }

    private void serve(SSLSocket socket) {
        try (socket;
                var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.startsWith("GET ")) continue;
                requests.incrementAndGet();
                if (line.startsWith("GET /hang")) continue;
                String body = "{\"tls\":\"" + socket.getSession().getProtocol() + "\",\"target\":\""
                        + line.substring(4, line.indexOf(" HTTP")) + "\",\"since\":"
                        + socket.getSession().getCreationTime() + "}";
                socket.getOutputStream().write(("HTTP/1.1 200 OK\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body).getBytes(ISO_8859_1));
                if (line.startsWith("GET /close")) return;
            }
        } catch (IOException e) {
            // The client has gone, or wanted no TLS with this certificate.
        }
    }
}
