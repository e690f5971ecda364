package dev.structured.service.ops;

import dev.structured.service.balance.BalanceObserver;
import dev.structured.service.balance.EndpointView;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// Shows the endpoints of downstreams that have several, and counts their events.
///
/// Only present endpoints have gauges, so that a name whose addresses change all the time does not make
/// series without end. Counters have no endpoint for the same reason.
final class EndpointMetrics implements BalanceObserver {
    private static final double NANOS = 1e9;

    private final MeterRegistry registry;
    private final MultiGauge inFlight;
    private final MultiGauge leftAlone;
    private final MultiGauge latency;
    private volatile Supplier<Map<String, List<EndpointView>>> endpoints = Map::of;

    EndpointMetrics(MeterRegistry registry) {
        this.registry = registry;
        inFlight = gauge("structured.endpoint.inflight", "Calls in flight to an endpoint of several");
        leftAlone = gauge("structured.endpoint.ejected",
                "1 for an endpoint that gets no calls for a while, else 0");
        latency = gauge("structured.endpoint.latency.seconds", "How long the good calls of an endpoint take");
    }

    private MultiGauge gauge(String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    void show(Supplier<Map<String, List<EndpointView>>> all) {
        endpoints = all;
    }

    /// Updates the gauges. The endpoints may be others than the last time.
    void count() {
        Map<String, List<EndpointView>> now = endpoints.get();
        inFlight.register(rows(now, EndpointView::inFlight), true);
        leftAlone.register(rows(now, each -> each.leftAlone() == null ? 0 : 1), true);
        latency.register(rows(now, each -> each.latency().toNanos() / NANOS), true);
    }

    private static List<Row<?>> rows(Map<String, List<EndpointView>> all,
            ToDoubleFunction<EndpointView> number) {
        List<Row<?>> rows = new ArrayList<>();
        all.forEach((downstream, endpoints) -> endpoints.forEach(
                each -> rows.add(Row.of(Tags.of("downstream", downstream, "endpoint", each.endpoint()),
                        number.applyAsDouble(each)))));
        return rows;
    }

    @Override
    public void ejected(String downstream, String endpoint, String cause, Duration time) {
        Counter.builder("structured.endpoint.ejections")
                .description("Endpoints that were left alone for a while, by cause")
                .tags("downstream", downstream, "cause", cause)
                .register(registry)
                .increment();
    }

    @Override
    public void checked(String downstream, boolean good) {
        Counter.builder("structured.endpoint.checks")
                .description("Health checks of endpoints, which are not among the calls, by outcome")
                .tags("downstream", downstream, "outcome", good ? "ok" : "failed")
                .register(registry)
                .increment();
    }

    @Override
    public void redirected(String downstream) {
        Counter.builder("structured.endpoint.redirects")
                .description("Calls that went to another endpoint, since the first one took no connection")
                .tags("downstream", downstream)
                .register(registry)
                .increment();
    }
}
