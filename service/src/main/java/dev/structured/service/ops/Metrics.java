package dev.structured.service.ops;

import dev.structured.core.Instrument;
import dev.structured.service.admission.AdmissionObserver;
import dev.structured.service.admission.Bottleneck;
import dev.structured.service.aggregate.AggregateObserver;
import dev.structured.service.balance.BalanceObserver;
import dev.structured.service.balance.EndpointView;
import dev.structured.service.client.CallObserver;
import dev.structured.service.client.OpenConnections;
import dev.structured.service.client.OpenedConnections;
import dev.structured.service.edge.RequestObserver;
import dev.structured.service.guard.DownstreamState;
import dev.structured.service.guard.GuardObserver;
import dev.structured.service.server.ConnectionObserver;
import dev.structured.service.server.ServerCertificate;
import dev.structured.service.store.StoreObserver;
import dev.structured.service.view.Lints;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The service's metrics, as Prometheus text with the names of OpenTelemetry's semantic conventions.
///
/// Each room is given an observer that feeds its metrics, and knows nothing else about them. Thread-safe.
public final class Metrics {
    /// Micrometer's own settings, except for exemplars, which OpenMetrics allows only for buckets and
    /// counters.
    private static final class Settings implements PrometheusConfig {
        @Override
        public @Nullable String get(String key) {
            return null;
        }

        @Override
        public Properties prometheusProperties() {
            return new Properties();
        }
    }

    private final Exemplars exemplars = new Exemplars();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(new Settings(),
            new PrometheusRegistry(), Clock.SYSTEM, exemplars);
    private final FailedCalls failedCalls = new FailedCalls();
    private final RequestMetrics requests;
    private final CallMetrics calls;
    private final PartMetrics parts;
    private final DownstreamMetrics downstreams;
    private final EndpointMetrics endpoints;
    private final AdmissionMetrics admission;
    private final StoreMetrics store;
    private final ConfigMetrics config;
    private final TaskMetrics tasks;
    private final CertificateMetrics certificate;
    private final ConnectionMetrics publicConnections;
    private final ConnectionMetrics adminConnections;

    /// The sources of function counters, which the registry holds by weak references only.
    private final List<LongSupplier> shown = new CopyOnWriteArrayList<>();

    /// @param version the service's version, for `target_info`
    public Metrics(String version) {
        // A bound on the number of series, so that a flood of label values cannot fill the heap.
        registry.config().meterFilter(MeterFilter.maximumAllowableMetrics(20_000));
        Gauge.builder("target.info", () -> 1)
                .description("The program that these metrics describe")
                .tag("service_name", "structured")
                .tag("service_version", version)
                .register(registry);
        requests = new RequestMetrics(registry, exemplars);
        calls = new CallMetrics(registry);
        parts = new PartMetrics(registry, failedCalls);
        downstreams = new DownstreamMetrics(registry);
        endpoints = new EndpointMetrics(registry);
        admission = new AdmissionMetrics(registry);
        store = new StoreMetrics(registry);
        config = new ConfigMetrics(registry);
        tasks = new TaskMetrics(registry);
        certificate = new CertificateMetrics(registry);
        publicConnections = new ConnectionMetrics(registry, "public");
        adminConnections = new ConnectionMetrics(registry, "admin");
    }

    /// Returns the observer of the public listener's requests.
    public RequestObserver requests() {
        return requests;
    }

    /// Returns the observer of the public listener's connections.
    public ConnectionObserver publicConnections() {
        return publicConnections;
    }

    /// Returns the observer of the admin listener's connections.
    public ConnectionObserver adminConnections() {
        return adminConnections;
    }

    /// Returns the observer of the shared store.
    public StoreObserver store() {
        return store;
    }

    /// Shows whether the shared store answers.
    public void showStore(BooleanSupplier up) {
        store.show(up);
    }

    /// Returns the observer of the calls to the downstreams.
    public CallObserver calls() {
        return calls;
    }

    /// Returns the observer of the parts of pages.
    public AggregateObserver parts() {
        return parts;
    }

    /// Returns the log's lines about failed calls.
    public FailedCalls failedCalls() {
        return failedCalls;
    }

    /// Returns the observer of the guards of downstreams.
    public GuardObserver downstreams() {
        return downstreams;
    }

    /// Shows the limits, breakers and budgets of the given downstreams, and no longer those of any others.
    /// Must be called again after each reload of the configuration.
    ///
    /// @param states the state of each downstream, by name
    public void showDownstreams(Map<String, DownstreamState> states) {
        downstreams.show(states);
        Map<String, Bottleneck> bottlenecks = new HashMap<>();
        states.forEach((name, state) -> bottlenecks.put(name, state.bottleneck()));
        admission.showDownstreams(bottlenecks);
    }

    /// Returns the observer of the admission of pages.
    public AdmissionObserver admission() {
        return admission;
    }

    /// Shows the admission of pages.
    ///
    /// @param service the bottleneck of the service itself
    /// @param waiting called at each scrape; supplies the number of waiting pages
    public void showAdmission(Bottleneck service, IntSupplier waiting) {
        admission.showService(service);
        admission.showWaiting(waiting);
    }

    /// Returns the observer of the endpoints of downstreams that have several.
    public BalanceObserver endpoints() {
        return endpoints;
    }

    /// Shows the endpoints of downstreams that have several.
    ///
    /// @param all called at each scrape; supplies the endpoints by the downstream's name
    public void showEndpoints(Supplier<Map<String, List<EndpointView>>> all) {
        endpoints.show(all);
    }

    /// Counts a reload of the configuration.
    public void configReloaded(ConfigControl.Result result) {
        config.reloaded(result);
    }

    /// Shows which configuration is served.
    ///
    /// @param hash the hash of its text
    public void configServed(String hash) {
        config.served(hash);
    }

    /// Returns the instrument that counts tasks and cancelled scopes.
    public Instrument tasks() {
        return tasks;
    }

    /// Returns the observer of the public listener's certificate.
    public ServerCertificate.Observer certificate() {
        return certificate;
    }

    /// Returns the counts, since the start, of events that must not happen at all.
    public Lints.Faults faults() {
        return new Lints.Faults(tasks.swallowed(), tasks.dropped(), requests.unreadableDeadlines());
    }

    /// Reports each circuit breaker that opens.
    ///
    /// @param told called with the downstream's name; must not block
    public void tellOfOpenBreakers(Consumer<String> told) {
        downstreams.tellOfOpenBreakers(told);
    }

    /// Shows the open connections to the downstreams.
    ///
    /// @param connections called at each scrape; supplies each downstream and address once
    public void showOpenConnections(Supplier<List<OpenConnections>> connections) {
        calls.showOpenConnections(connections);
    }

    /// Shows the numbers of opened connections to the downstreams.
    ///
    /// @param connections called at each scrape; supplies each downstream, address and reason once
    public void showOpenedConnections(Supplier<List<OpenedConnections>> connections) {
        calls.showOpenedConnections(connections);
    }

    /// Shows the number of dropped lines of the access log.
    ///
    /// @param dropped called at each scrape; never decreases
    public void showDroppedLines(LongSupplier dropped) {
        shown.add(dropped);
        FunctionCounter.builder("structured.access.log.dropped", dropped, LongSupplier::getAsLong)
                .description(
                        "Lines of the access log that were dropped, since they could not be written in time")
                .register(registry);
    }

    /// Shows the numbers of exported, failed and dropped spans of requests.
    ///
    /// @param result one word: `exported`, `failed` or `dropped`
    /// @param spans called at each scrape; never decreases
    public void showSpans(String result, LongSupplier spans) {
        shown.add(spans);
        FunctionCounter.builder("structured.spans", spans, LongSupplier::getAsLong)
                .description("Spans of requests that the collector took, that could not be sent to it, and "
                        + "that were dropped since too many waited")
                .tag("result", result)
                .register(registry);
    }

    /// Shows the memory of answers that wait for their readers.
    ///
    /// @param bytes called at each scrape
    public void showUnsent(LongSupplier bytes) {
        Gauge.builder("structured.unsent", bytes::getAsLong)
                .description("Memory that is reserved for answers that are made or wait for their readers")
                .baseUnit("bytes")
                .register(registry);
    }

    /// Adds the metrics of the JVM and the process.
    ///
    /// This is not done in the constructor because it loads the JVM's management classes, which takes longer
    /// than all other metrics together: the service does it after it has begun to listen.
    public void showRuntime() {
        new RuntimeMetrics(registry).register();
    }

    /// Returns all metrics as text.
    public String scrape(MetricsFormat format) {
        calls.countConnections();
        calls.countOpenings();
        endpoints.count();
        return registry.scrape(format.contentType());
    }
}
