package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.config.DownstreamConfig;
import java.util.stream.Stream;
import org.eclipse.jetty.io.ArrayByteBufferPool;

/// A scripted downstream of HTTP/2 and a downstream that calls it. Its connections are looked at by the test
/// alone, at the times that the test says. At the end no task, no connection, no stream and no buffer may be
/// left.
final class Http2Rig {
    interface Body {
        void run(Http2Rig rig) throws Exception;
    }

    final Nursery nursery;
    final Http2Server server;
    final HttpProtocol http;
    final RecordingObserver observer = new RecordingObserver();
    final OpenedDownstream downstream;

    private Http2Rig(Nursery nursery, Http2Server server, HttpProtocol http, String... keys) {
        this.nursery = nursery;
        this.server = server;
        this.http = http;
        this.downstream = open(keys);
    }

    OpenedDownstream open(String... keys) {
        return http.open(config(keys), server.url(), observer);
    }

    DownstreamConfig config(String... keys) {
        String protocol = server.url().getScheme().equals("https") ? "auto" : "h2c";
        return DownstreamText.read("scripted", Stream.concat(
                Stream.of("url: " + server.url(), "connectTimeout: 5s", "maxConnections: 8", "maxQueued: 64",
                        "maxBody: 64KiB", "maxHeader: 8KiB", "protocol: " + protocol),
                Stream.of(keys)).toArray(String[]::new));
    }

    /// @param keys of the downstream
    static void run(Http2Server server, Body body, String... keys) throws Exception {
        ArrayByteBufferPool.Tracking buffers = new ArrayByteBufferPool.Tracking();
        try (server; Scheduler scheduler = Scheduler.open()) {
            scheduler.run("test", () -> Nursery.run(nursery -> {
                try (HttpProtocol http = HttpProtocol.open(nursery, buffers)) {
                    Http2Rig rig = new Http2Rig(nursery, server, http, keys);
                    body.run(rig);
                    CancelTest.await(() -> server.streams() == 0);
                }
                CancelTest.await(server.open::isEmpty);
                nursery.scope().cancel("the test is over");
            }));
            assertEquals(0, scheduler.statistics().tasks());
        }
        assertTrue(buffers.getLeaks().isEmpty(), buffers::dumpLeaks);
    }

    static void run(Body body, String... keys) throws Exception {
        run(new Http2Server(), body, keys);
    }

    Reply get(String path) throws DownstreamException, InterruptedException {
        return Rig.get(downstream, path);
    }

    /// Returns the path that the downstream says it was asked for.
    String echoed(String path) throws DownstreamException, InterruptedException {
        return echoed(downstream, path);
    }

    static String echoed(Downstream downstream, String path)
            throws DownstreamException, InterruptedException {
        return Rig.get(downstream, path).body().path("path").asText();
    }
}
