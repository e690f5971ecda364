package dev.structured.service;

import dev.structured.core.Cleanup;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.core.sync.Event;
import dev.structured.service.admission.Admission;
import dev.structured.service.admission.AdmissionObserver;
import dev.structured.service.admission.Bottleneck;
import dev.structured.service.admission.LagLimit;
import dev.structured.service.admission.OwnLag;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.balance.Background;
import dev.structured.service.balance.Surroundings;
import dev.structured.service.check.ConfigReader;
import dev.structured.service.client.CallObserver;
import dev.structured.service.client.EndpointAddress;
import dev.structured.service.client.HttpProtocol;
import dev.structured.service.client.NameLookup;
import dev.structured.service.client.OpenedDownstream;
import dev.structured.service.client.Protocol;
import dev.structured.service.client.Protocols;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.demo.DemoDownstreams;
import dev.structured.service.guard.SharedCalls;
import dev.structured.service.ops.AccessLogWriter;
import dev.structured.service.ops.Metrics;
import dev.structured.service.record.Recordings;
import dev.structured.service.server.ConnectionObserver;
import dev.structured.service.server.ListenAddress;
import dev.structured.service.server.LogFormat;
import dev.structured.service.server.PublicPort;
import dev.structured.service.server.PublicServer;
import dev.structured.service.server.ServerObservers;
import dev.structured.service.yaml.ConfigException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes pages without a client after the ports are open and before the service is ready, so that the first
/// client does not wait for classes to be loaded and for code to be compiled.
///
/// ```
///   our client ──▶ a listener on loopback ──▶ edge, engine, guards ──▶ our client ──▶ demo downstreams
/// ```
///
/// All these objects are made for this purpose and closed afterwards. None of them is shared with the
/// configuration in service, so that no metric, log line, breaker or kept answer shows them, and no
/// downstream is asked.
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    /// Parts of the kinds that most routes have. Connections expire soon, so that opening them is warmed up,
    /// too.
    private static final String ROUTES = """
            downstreams:
              catalog: {url: "demo:catalog", maxAge: 100ms, retry: {}, breaker: {}}
              pricing: {url: "demo:pricing", maxAge: 100ms, coalesce: true}
              itself: {url: "http://127.0.0.1:1", maxAge: 100ms}
            routes:
              - path: /pages/{id}
                deadline: 10s
                query: [chaos]
                parts:
                  product: {from: catalog, path: "/products/${id}", required: true}
                  price: {from: pricing, path: "/prices/${product.sku}", budget: 5s}
                  nothing: {from: catalog, path: "/products/none", onFailure: fallback, fallback: {}}
              - path: /itself
                deadline: 1s
                parts: {page: {from: itself, path: /}}
            """;
    private static final Duration LONGEST = Duration.ofSeconds(5);
    /// Enough for a busy machine to stop a server: one that is interrupted meanwhile logs an error.
    private static final Duration LONGEST_STOP = Duration.ofSeconds(2);
    private static final int MOST_PAGES = 500;
    /// The duration of all pages, as a multiple of the duration of the first one.
    private static final double SHARE = 2;

    private WarmUp() {}

    /// Begins to warm up, in a task that never fails.
    ///
    /// @param format the form of the log's lines
    /// @return happens when the service is warm, or will not be
    static Event start(Nursery nursery, LogFormat format) {
        Event warm = new Event("the service is warm");
        nursery.startSoon("warm-up", () -> {
            try {
                Timeouts.moveOnAfter(LONGEST, () -> run(warm, format));
            } finally {
                warm.set();
            }
        });
        return warm;
    }

    private static void run(Event warm, LogFormat format) {
        try {
            Nursery.run("warm-up", nursery -> {
                makePages(nursery, warm, format);
                nursery.scope().cancel("it is warm");
            });
        } catch (RuntimeException e) {
            LOG.warn("The service starts cold, since it could not be warmed up", e);
        }
    }

    private static void makePages(Nursery nursery, Event warm, LogFormat format)
            throws ConfigException, IOException, DownstreamException, InterruptedException {
        ServiceConfig config = ConfigReader.read("warm-up", ROUTES);
        DemoDownstreams catalog = DemoDownstreams.start(nursery, "catalog", "127.0.0.1", 0);
        DemoDownstreams pricing = DemoDownstreams.start(nursery, "pricing", "127.0.0.1", 0);
        Scheduler scheduler = Scheduler.current();
        Metrics metrics = new Metrics(Version.TEXT);
        try (AccessLogWriter log = AccessLogWriter.open(nursery, OutputStream.nullOutputStream(), format);
                SharedCalls calls = SharedCalls.open(nursery);
                Protocol protocol = Protocols.of(HttpProtocol.open(nursery));
                Background background = Background.open(nursery)) {
            var resources = new Generation.Resources(protocol, calls, metrics, scheduler,
                    url -> url(url, catalog, pricing),
                    new Surroundings(background, NameLookup::of, metrics.endpoints(), scheduler::nanoTime,
                            () -> ThreadLocalRandom.current().nextLong()),
                    new Admission(scheduler::nanoTime, AdmissionObserver.NONE),
                    new Bottleneck("service", new LagLimit(1)), OwnLag.ZERO, null);
            Generation generation = new Generation(config, null, resources);
            PublicServer server = new PublicServer(
                    PublicPort.withoutTls(new ListenAddress("127.0.0.1", 0), config.server()),
                    generation.routes, scheduler, () -> true,
                    new ServerObservers(metrics.requests(), new Recordings(false), null,
                            log, ConnectionObserver.NONE));
            URI itself = URI.create("http://127.0.0.1:" + server.start());
            try {
                ask(protocol, config, itself);
                warm.set();
            } finally {
                Cleanup.run(LONGEST_STOP, () -> server.stop(Duration.ZERO));
            }
        }
    }

    private static URI url(URI url, DemoDownstreams catalog, DemoDownstreams pricing) {
        if (!url.getScheme().equals("demo")) return url;
        String name = url.getSchemeSpecificPart();
        return name.equals("catalog") ? catalog.url(name) : pricing.url(name);
    }

    private static void ask(Protocol protocol, ServiceConfig config, URI itself)
            throws DownstreamException, InterruptedException {
        DownstreamConfig own = Objects.requireNonNull(config.downstreams().get("itself"));
        try (OpenedDownstream client = protocol.open(own, EndpointAddress.of(itself), CallObserver.NONE)) {
            long began = System.nanoTime();
            ask(client, 1);
            long enough = (long) (SHARE * (System.nanoTime() - began));
            for (int i = 2; i <= MOST_PAGES && System.nanoTime() - began < enough; i++) ask(client, i);
        }
    }

    private static void ask(Downstream client, int number)
            throws DownstreamException, InterruptedException {
        client.call(Call.get("/pages/" + (number % 99 + 1), "/pages/{id}"));
    }
}
