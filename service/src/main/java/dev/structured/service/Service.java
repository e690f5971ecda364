package dev.structured.service;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.admission.Admission;
import dev.structured.service.admission.Bottleneck;
import dev.structured.service.admission.LagLimit;
import dev.structured.service.admission.LagWatch;
import dev.structured.service.balance.Background;
import dev.structured.service.balance.EndpointView;
import dev.structured.service.balance.Surroundings;
import dev.structured.service.check.LoadedConfig;
import dev.structured.service.client.NameLookup;
import dev.structured.service.client.Protocol;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.config.ServerTlsConfig;
import dev.structured.service.demo.DemoDownstreams;
import dev.structured.service.demo.DemoLoad;
import dev.structured.service.guard.SharedCalls;
import dev.structured.service.ops.AccessLogWriter;
import dev.structured.service.ops.AdminServer;
import dev.structured.service.ops.AdminSources;
import dev.structured.service.ops.DemoControl;
import dev.structured.service.ops.DownstreamViews;
import dev.structured.service.ops.LiveStream;
import dev.structured.service.ops.Metrics;
import dev.structured.service.ops.Readiness;
import dev.structured.service.ops.RequestSource;
import dev.structured.service.record.Recordings;
import dev.structured.service.server.PublicPort;
import dev.structured.service.server.PublicServer;
import dev.structured.service.server.ServerCertificate;
import dev.structured.service.server.ServerObservers;
import dev.structured.service.store.SharedStore;
import dev.structured.service.store.StoreObserver;
import dev.structured.service.tls.PemException;
import dev.structured.service.traces.Traces;
import dev.structured.service.view.LiveTick;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The service as a whole, wired by hand: its components, and the order in which they start and end.
///
/// ```
///   start   the admin listener opens ─▶ the public listener opens ─▶ it is warm ─▶ ready
///   end     not ready ─▶ drain delay ─▶ port closed ─▶ clients go ─▶ late requests are cancelled ─▶ ended
///   close   the admin listener closes
/// ```
///
/// Its scheduler has one run for each request and nothing else, so that closing it drains the service, and
/// `structured_tasks_live` is 0 at rest. Tasks that live as long as the service, such as the embedded
/// downstreams, belong to the run of [Main].
final class Service implements AutoCloseable {

    /// The time for writing the last bytes of answers whose requests have ended.
    private static final Duration LAST_BYTES = Duration.ofSeconds(1);

    /// The pages that may always be in flight, however short the processors are.
    private static final int LEAST_PAGES = 8;

    private final Command.Serve command;
    private final ServerConfig limits;
    private final Metrics metrics = new Metrics(Version.TEXT);
    private final @Nullable Recordings recordings;
    private final Readiness readiness = new Readiness();
    private final Scheduler scheduler = Scheduler.builder().instrument(metrics.tasks()).build();
    private final LagLimit lag = new LagLimit(LEAST_PAGES);
    private final Bottleneck bottleneck = new Bottleneck("service", lag);
    private final Admission admission;
    private final Configuration configuration;
    private final @Nullable ServerCertificate certificate;
    private final @Nullable SharedStore store;
    private final PublicServer publicServer;
    private final AdminServer adminServer;
    private final CancelScope serving = new CancelScope("serving");
    private volatile boolean accepting = true;
    /// The port of the public listener; 0 until it is open.
    private volatile int pagesPort;
    /// The generation that is served. Changed only by the configuration, under its lock.
    private volatile Generation generation;

    /// @param loaded the first configuration
    /// @param environment the values of `${env:NAME}`, for reloads
    /// @param calls the calls that several requests share
    /// @param background runs the tasks that watch endpoints
    /// @param protocol calls the downstreams; the caller closes it, after this service
    /// @param log writes the access log; the caller closes it, after this service
    /// @param traces sends spans; the caller closes it, after this service. Null for no traces
    /// @param url returns the address of an embedded downstream for `demo:NAME`, and any other URL unchanged
    /// @param outside the parts of the program that it uses
    /// @throws StartException if the certificate cannot be used
    Service(Command.Serve command, LoadedConfig loaded, Map<String, String> environment, SharedCalls calls,
            Background background, Protocol protocol, AccessLogWriter log, @Nullable Traces traces,
            UnaryOperator<URI> url, Outside outside)
            throws StartException {
        store = opened(outside);
        this.command = command;
        limits = loaded.config().server();
        recordings = loaded.config().admin().record()
                ? new Recordings(loaded.config().admin().showValues())
                : null;
        admission = new Admission(scheduler::nanoTime, metrics.admission());
        metrics.showAdmission(bottleneck, admission::waiting);
        var balancing = new Surroundings(background, NameLookup::of, metrics.endpoints(), scheduler::nanoTime,
                () -> ThreadLocalRandom.current().nextLong());
        var resources = new Generation.Resources(protocol, calls, metrics, scheduler, url, balancing,
                admission, bottleneck, lag, store);
        generation = new Generation(loaded.config(), null, resources);
        metrics.showDownstreams(generation.states);
        metrics.showOpenConnections(protocol::openConnections);
        metrics.showOpenedConnections(protocol::openedConnections);
        metrics.showEndpoints(this::endpoints);
        configuration = new Configuration(command.file(), environment, loaded, metrics,
                next -> serve(new Generation(next, generation, resources)));
        certificate = certificate(limits.tls());
        publicServer = new PublicServer(new PublicPort(command.pages(), limits, certificate),
                generation.routes,
                scheduler, () -> accepting,
                new ServerObservers(metrics.requests(), recordings, traces, log,
                        metrics.publicConnections()));
        if (traces != null) showSpans(traces.counts());
        metrics.showDroppedLines(log::dropped);
        metrics.showUnsent(publicServer::unsentBytes);
        RequestSource shown = recordings == null ? null : shown(recordings, outside, protocol);
        var sources = new AdminSources(readiness, metrics::scrape, this::endpoints, metrics.failedCalls(),
                scheduler, configuration, shown);
        adminServer = new AdminServer(command.admin(), sources, command.policy(), metrics.adminConnections());
    }

    private void showSpans(Traces.Counts spans) {
        metrics.showSpans("exported", spans::exported);
        metrics.showSpans("failed", spans::failed);
        metrics.showSpans("dropped", spans::dropped);
    }

    private @Nullable SharedStore opened(Outside outside) {
        SharedStore shared = outside.store.apply(metrics.store());
        if (shared == null) return null;
        metrics.showStore(shared::isUp);
        readiness.showStore(shared::isUp);
        return shared;
    }

    private @Nullable ServerCertificate certificate(@Nullable ServerTlsConfig tls) throws StartException {
        if (tls == null) return null;
        try {
            return new ServerCertificate(tls, metrics.certificate());
        } catch (IOException | PemException | GeneralSecurityException e) {
            throw new StartException("The certificate of 'server.tls' cannot be used: " + e.getMessage());
        }
    }

    /// Starts the tasks that follow changes of the certificate's files, if there is one.
    void followCertificate(Nursery nursery) {
        if (certificate != null) certificate.follow(nursery);
    }

    /// The parts of the program that the service uses: tasks that live as long as it does.
    ///
    /// @param store opens the store that replicas share, and returns null for none; the service closes it
    /// @param stream sends ticks to viewers
    /// @param demos the embedded downstreams; null for none
    /// @param load sends requests to the demo
    record Outside(Function<StoreObserver, @Nullable SharedStore> store, LiveStream stream,
            @Nullable DemoDownstreams demos, DemoLoad load) {}

    private RequestSource shown(Recordings recorded, Outside outside, Protocol protocol) {
        metrics.tellOfOpenBreakers(recorded.tallies()::breakerOpened);
        Supplier<Map<String, DownstreamConfig>> downstreams = () -> generation.downstreams;
        DemoControl demo = outside.demos == null
                ? DemoControl.NONE
                : new DemoKnobs(outside.demos, outside.load, downstreams, () -> pagesPort);
        DownstreamViews views = new DownstreamViews(downstreams, () -> generation.states,
                protocol::openConnections, this::endpoints, recorded.tallies(), demo);
        return new RequestSource(recorded, outside.stream,
                () -> LiveTick.of(recorded, views::all, metrics.faults(),
                        new LiveTick.Listener(limits.tls() == null ? "http" : "https", pagesPort)),
                demo);
    }

    private Map<String, List<EndpointView>> endpoints() {
        return generation.endpoints();
    }

    private void serve(Generation next) {
        generation = next;
        metrics.showDownstreams(next.states);
        publicServer.serve(next.routes);
    }

    /// Returns the configuration that is served.
    Configuration configuration() {
        return configuration;
    }

    /// Opens both listeners.
    ///
    /// @return the ports that were opened
    /// @throws StartException if a port cannot be opened
    Ports start() throws StartException {
        int admin = PortOpener.of(command.admin(), Setting.ADMIN_HOST, Setting.ADMIN_PORT,
                adminServer::start);
        int pages = PortOpener.of(command.pages(), Setting.HOST, Setting.PORT, publicServer::start);
        pagesPort = pages;
        return new Ports(pages, admin);
    }

    /// Reports from now on that the service wants requests.
    void ready() {
        readiness.ready();
    }

    /// Measures how late tasks run, until it is cancelled. Must be called in a task. Blocks. **Checkpoint.**
    void watchLag() {
        LagWatch.run(lag, bottleneck);
    }

    /// Adds the metrics of the JVM. This is slow, so it is done while the service warms up.
    void showRuntime() {
        metrics.showRuntime();
    }

    /// Waits until [#end] has completed. Blocks. **Checkpoint.**
    void awaitEnd() {
        serving.run(Checkpoints::sleepForever);
    }

    /// Ends the service in order: accepts no more requests, and waits for those in flight for as long as
    /// the configuration says. Blocks.
    ///
    /// @throws IllegalStateException if called from a task, or twice
    void end() {
        try {
            readiness.draining();
            publicServer.closeAfterAnswers();
            scheduler.run("drain delay", () -> Checkpoints.sleep(limits.drainDelay()));
            publicServer.stopAccepting();
            publicServer.awaitDrained(limits.drainTimeout());
            accepting = false;
            scheduler.close(Duration.ZERO);
            publicServer.stop(LAST_BYTES);
        } finally {
            serving.cancel("the service has ended");
        }
    }

    @Override
    public void close() {
        adminServer.stop();
        if (store != null) store.close();
    }

    /// The ports of the two listeners.
    record Ports(int pages, int admin) {}
}
