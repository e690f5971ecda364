package dev.structured.service.server;

import dev.structured.service.admission.Entrance;
import dev.structured.service.aggregate.AggregateObserver;
import dev.structured.service.aggregate.Aggregator;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.check.ConfigReader;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.edge.Issuers;
import dev.structured.service.edge.RouteTable;
import dev.structured.service.record.Recorder;
import dev.structured.service.yaml.ConfigException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;

/// A configuration file that is served on a free port, with downstreams that a test scripts.
public final class ServedFile implements AutoCloseable {
    public final RunningEdge edge;

    public ServedFile(String yaml, Map<String, Downstream> downstreams) throws IOException {
        this(yaml, downstreams, null);
    }

    /// @param entrance begins the pages; null to begin all of them
    public ServedFile(String yaml, Map<String, Downstream> downstreams, @Nullable Entrance entrance)
            throws IOException {
        this(yaml, downstreams, entrance, null);
    }

    /// @param entrance begins the pages; null to begin all of them
    /// @param tracer gives each request a span; null if no traces are made
    public ServedFile(String yaml, Map<String, Downstream> downstreams, @Nullable Entrance entrance,
            @Nullable RequestTracer tracer) throws IOException {
        ServiceConfig config = read(yaml);
        Aggregator pages = new Aggregator(config.routes(), downstreams, AggregateObserver.NONE);
        // What would be done in the background is not: its task would be of no run that lives long enough.
        Issuers issuers = Issuers.of(config.issuers().values(), downstreams, _ -> {}, NanoTime::now, null);
        edge = new RunningEdge(config.server(),
                RouteTable.of(config, issuers, entrance, null, pages, () -> {}),
                System::nanoTime, tracer);
    }

    private static ServiceConfig read(String yaml) {
        try {
            return ConfigReader.read("test.yaml", yaml);
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// Sends a request without a body.
    ///
    /// @param line method and path
    /// @param headers each ended by CR LF
    public RawClient.Reply ask(String line, String headers) throws IOException {
        try (RawClient client = edge.connect()) {
            client.send(line + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n" + headers + "\r\n");
            RawClient.Reply head = client.readHead();
            boolean empty = line.startsWith("HEAD") || !head.headers().containsKey("content-length");
            String body = empty ? "" : client.readBytes(Integer.parseInt(head.header("Content-Length")));
            return new RawClient.Reply(head.status(), head.headers(), body);
        }
    }

    /// Sends a request with a body.
    public RawClient.Reply send(String line, String headers, String body) throws IOException {
        try (RawClient client = edge.connect()) {
            return client
                    .send(line + " HTTP/1.1\r\nHost: test\r\n" + headers + "Content-Length: " + body.length()
                            + "\r\n\r\n" + body)
                    .read();
        }
    }

    /// Returns the record of a request that ends, once it is kept: for a moment before that, it neither runs
    /// nor is kept.
    Recorder kept(String id) {
        AtomicReference<Recorder> kept = new AtomicReference<>();
        Await.until("the end of the request", () -> {
            edge.recordings.kept().stream().filter(each -> each.id().equals(id)).findFirst()
                    .ifPresent(kept::set);
            return kept.get() != null;
        });
        return kept.get();
    }

    @Override
    public void close() {
        edge.close();
    }
}
