package dev.structured.service.ops;

import dev.structured.service.client.CallObserver;
import dev.structured.service.client.OpenConnections;
import dev.structured.service.client.OpenedConnections;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// Counts and times the calls to the downstreams, one for each attempt.
///
/// Besides the labels of the semantic conventions, each series has the label `downstream`, which is easier to
/// recognize than an address and a port.
final class CallMetrics implements CallObserver {

    private record Ended(Peer peer, String method, String template, String status, String error) {}

    private final MeterRegistry registry;
    private final MultiGauge open;
    private final MeterTable<Peer, AtomicInteger> active = new MeterTable<>(this::activeGauge);
    private final MeterTable<Ended, Timer> ended = new MeterTable<>(this::timer);

    private final MeterTable<OpenedConnections, Counter> opens = new MeterTable<>(this::opensCounter);

    private volatile Supplier<List<OpenConnections>> connections = List::of;
    private volatile Supplier<List<OpenedConnections>> opened = List::of;

    CallMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.open = MultiGauge.builder("http.client.open.connections")
                .description(
                        "Open connections to the downstreams: active with a call, or idle")
                .register(registry);
    }

    @Override
    public void callStarted(Peer peer) {
        active.of(peer).incrementAndGet();
    }

    @Override
    public void callEnded(EndedCall call) {
        active.of(call.peer()).decrementAndGet();
        var key = new Ended(call.peer(), call.method(), call.template(), Durations.label(call.status()),
                Durations.label(call.errorType()));
        Durations.record(ended.of(key), call.nanos());
    }

    private static Tags tags(Peer peer) {
        return Tags.of("downstream", peer.downstream(), "server_address", peer.address(), "server_port",
                Integer.toString(peer.port()));
    }

    /// Sets the source of the numbers of open connections.
    ///
    /// @param all supplies each downstream and address once
    void showOpenConnections(Supplier<List<OpenConnections>> all) {
        connections = all;
    }

    /// Sets the source of the numbers of opened connections.
    ///
    /// @param all supplies each downstream, address and reason once
    void showOpenedConnections(Supplier<List<OpenedConnections>> all) {
        opened = all;
    }

    /// Updates the counters of opened connections.
    synchronized void countOpenings() {
        for (OpenedConnections now : opened.get()) {
            OpenedConnections key = new OpenedConnections(now.downstream(), now.address(), now.port(),
                    now.reason(), 0);
            Counter counter = opens.of(key);
            counter.increment(now.count() - counter.count());
        }
    }

    private Counter opensCounter(OpenedConnections key) {
        return Counter.builder("structured.connections.opened")
                .description("Connections to the downstreams that were opened, by what made it necessary")
                .tags(tags(new Peer(key.downstream(), key.address(), key.port())).and("reason", key.reason()))
                .register(registry);
    }

    /// Updates the gauges of open connections. The set of downstreams may have changed since the last time.
    void countConnections() {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        for (OpenConnections now : connections.get()) {
            Tags tags = tags(new Peer(now.downstream(), now.address(), now.port()));
            rows.add(MultiGauge.Row.of(tags.and("http_connection_state", "active"), now.active()));
            rows.add(MultiGauge.Row.of(tags.and("http_connection_state", "idle"), now.idle()));
        }
        open.register(rows, true);
    }

    private AtomicInteger activeGauge(Peer peer) {
        var inFlight = new AtomicInteger();
        Gauge.builder("http.client.active.requests", inFlight, AtomicInteger::get)
                .description("Calls to the downstreams that are in flight")
                .tags(tags(peer))
                .register(registry);
        return inFlight;
    }

    private Timer timer(Ended key) {
        return Durations.histogram("http.client.request.duration",
                "Duration of the calls to the downstreams, for each attempt",
                tags(key.peer()).and("http_request_method", key.method(), "url_template", key.template(),
                        "http_response_status_code", key.status(), "error_type", key.error()))
                .register(registry);
    }
}
