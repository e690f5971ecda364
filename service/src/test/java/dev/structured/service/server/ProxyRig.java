package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.check.ConfigReader;
import dev.structured.service.client.CallObserver;
import dev.structured.service.client.HttpProtocol;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.guard.DownstreamStack;
import dev.structured.service.guard.DownstreamState;
import dev.structured.service.guard.GuardObserver;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// A whole proxy between sockets: the real server, the guards, the real client, and a downstream that a test
/// plays byte for byte. At its end nothing may be left.
final class ProxyRig {
    /// An answer without anything remarkable.
    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /// What one connection to the downstream does.
    interface Script {
        void serve(InputStream in, OutputStream out) throws Exception;
    }

    interface Body {
        void run(ProxyRig rig) throws Exception;
    }

    final RunningEdge edge;
    final DownstreamState state;
    final HttpProtocol http;
    /// The heads of the requests that the downstream got.
    final List<String> heads = new CopyOnWriteArrayList<>();
    /// The calls that have ended.
    final List<CallObserver.EndedCall> ended;
    /// The connections that the downstream has open.
    final AtomicInteger open = new AtomicInteger();

    private ProxyRig(RunningEdge edge, DownstreamState state, HttpProtocol http,
            List<CallObserver.EndedCall> ended) {
        this.ended = ended;
        this.edge = edge;
        this.state = state;
        this.http = http;
    }

    /// Asks for one answer, on a connection of its own.
    ///
    /// @param line the first line without the version
    /// @param headers each with its end of line
    RawClient.Reply ask(String line, String headers) throws IOException {
        try (RawClient client = edge.connect()) {
            client.send(line + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n" + headers + "\r\n");
            RawClient.Reply head = client.readHead();
            String body = client.readAll();
            return new RawClient.Reply(head.status(), head.headers(), body);
        }
    }

    /// @param keys of the downstream
    /// @param routes of the file
    static void run(String keys, String routes, Script script, Body body) throws Exception {
        List<Socket> sockets = new CopyOnWriteArrayList<>();
        CompletableFuture<HttpProtocol> opened = new CompletableFuture<>();
        CountDownLatch over = new CountDownLatch(1);
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Scheduler scheduler = Scheduler.open()) {
            Thread connections = Thread.ofVirtual()
                    .start(() -> scheduler.run("proxy", () -> Nursery.run(nursery -> {
                        try (HttpProtocol http = HttpProtocol.open(nursery)) {
                            opened.complete(http);
                            over.await();
                        }
                        nursery.scope().cancel("the test is over");
                    })));
            try {
                run(opened.join(), server, sockets, keys, routes, script, body);
            } finally {
                over.countDown();
                connections.join();
            }
            assertEquals(0, scheduler.statistics().tasks());
        } finally {
            for (Socket socket : sockets) socket.close();
        }
    }

    private static void run(HttpProtocol http, ServerSocket server, List<Socket> sockets, String keys,
            String routes,
            Script script, Body body) throws Exception {
        URI url = URI.create("http://127.0.0.1:" + server.getLocalPort());
        String yaml = "downstreams:\n  vets: {url: \"" + url + "\", connectTimeout: 1min" + keys
                + "}\nroutes:\n" + routes;
        DownstreamConfig config = ConfigReader.read("t.yaml", yaml).downstreams().get("vets");
        DownstreamState state = DownstreamState.of(config);
        List<CallObserver.EndedCall> ended = new CopyOnWriteArrayList<>();
        CallObserver observer = new CallObserver() {
            @Override
            public void callStarted(Peer peer) {}

            @Override
            public void callEnded(EndedCall call) {
                ended.add(call);
            }
        };
        Downstream vets = DownstreamStack.around(http.open(config, url, observer), config, state,
                GuardObserver.NONE);
        try (ServedFile served = new ServedFile(yaml, Map.of("vets", vets))) {
            ProxyRig rig = new ProxyRig(served.edge, state, http, ended);
            Thread accepting = Thread.ofVirtual().start(() -> rig.accept(server, sockets, script));
            body.run(rig);
            rig.edge.settle();
            assertEquals(0, state.inFlight());
            assertEquals(0, state.waiting());
            server.close();
            accepting.join();
        }
    }

    private void accept(ServerSocket server, List<Socket> sockets, Script script) {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                open.incrementAndGet();
                Thread.ofVirtual().start(() -> {
                    try (socket) {
                        script.serve(new BufferedInputStream(socket.getInputStream()),
                                socket.getOutputStream());
                    } catch (Exception e) {
                        // The service has closed the connection.
                    } finally {
                        open.decrementAndGet();
                    }
                });
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    /// Waits until a number of requests have ended: a client that has got all bytes of its answer and leaves
    /// may still be in time to cancel its request.
    void awaitEnded(int requests) {
        Await.until("the requests have ended", () -> edge.observer.ended.size() >= requests);
    }

    /// Returns the head of the next request: all lines, each ended by a line feed.
    String head(InputStream in) throws IOException {
        String head = readHead(in);
        heads.add(head);
        return head;
    }

    static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        StringBuilder line = new StringBuilder();
        while (true) {
            int c = in.read();
            if (c < 0) throw new IOException("end");
            if (c == '\r') continue;
            if (c != '\n') {
                line.append((char) c);
                continue;
            }
            if (line.isEmpty()) return head.toString();
            head.append(line).append('\n');
            line.setLength(0);
        }
    }

    static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }
}
