package dev.structured.service.ops;

import dev.structured.core.Instrument;
import dev.structured.service.aggregate.AggregateObserver;
import dev.structured.service.client.CallObserver;
import dev.structured.service.client.OpenConnections;
import dev.structured.service.edge.RequestObserver;
import dev.structured.service.guard.DownstreamState;
import dev.structured.service.guard.GuardObserver;
import dev.structured.service.guard.SharingObserver;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The service's numbers, as Prometheus text with the names of OpenTelemetry's semantic conventions.
///
/// Hands each room the observer that feeds its numbers; no room knows where its numbers go. Thread-safe.
public final class Metrics {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final RequestMetrics requests;
    private final CallMetrics calls;
    private final PartMetrics parts;
    private final SharingMetrics sharing;
    private final DownstreamMetrics downstreams;
    private final ConfigMetrics config;
    private final TaskMetrics tasks;

    /// @param version the service's version, for `target_info`
    public Metrics(String version) {
        registry.config().meterFilter(MeterFilter.maximumAllowableMetrics(20_000)); // no flood of labels eats the heap
        Gauge.builder("target.info", () -> 1)
                .description("The program that these numbers are about")
                .tag("service_name", "structured")
                .tag("service_version", version)
                .register(registry);
        requests = new RequestMetrics(registry);
        calls = new CallMetrics(registry);
        parts = new PartMetrics(registry);
        sharing = new SharingMetrics(registry);
        downstreams = new DownstreamMetrics(registry);
        config = new ConfigMetrics(registry);
        tasks = new TaskMetrics(registry);
    }

    /// Returns what counts the requests of the public listener.
    public RequestObserver requests() {
        return requests;
    }

    /// Returns what counts the calls to the downstreams.
    public CallObserver calls() {
        return calls;
    }

    /// Returns what counts how parts end.
    public AggregateObserver parts() {
        return parts;
    }

    /// Returns what counts the calls to downstreams that were spared.
    public SharingObserver sharing() {
        return sharing;
    }

    /// Returns what counts attempts, and calls that are not made.
    public GuardObserver downstreams() {
        return downstreams;
    }

    /// Shows where the limits, breakers and budgets of these downstreams are, and of no others any more. To be called
    /// again when the configuration has been read again.
    ///
    /// @param states by the downstream's name
    public void showDownstreams(Map<String, DownstreamState> states) {
        downstreams.show(states);
    }

    /// Counts that the configuration was read again.
    public void configReloaded(ConfigControl.Result result) {
        config.reloaded(result);
    }

    /// Shows which configuration is served.
    ///
    /// @param hash of its text
    public void configServed(String hash) {
        config.served(hash);
    }

    /// Returns what counts tasks and cancelled scopes.
    public Instrument tasks() {
        return tasks;
    }

    /// Shows the connections to the downstreams.
    ///
    /// @param connections asked at each scrape; each downstream and address once
    public void showOpenConnections(Supplier<List<OpenConnections>> connections) {
        calls.showOpenConnections(connections);
    }

    /// Shows the JVM's and the process's own numbers.
    ///
    /// Apart from the constructor because it loads the JVM's management classes, which takes longer than the
    /// rest of this room together: the service does it once it is listening.
    public void showRuntime() {
        new RuntimeMetrics(registry).register();
    }

    /// Returns all numbers in Prometheus' text format 0.0.4.
    public String scrape() {
        calls.countConnections();
        return registry.scrape();
    }
}
