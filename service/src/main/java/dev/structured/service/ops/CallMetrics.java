package dev.structured.service.ops;

import dev.structured.service.client.CallObserver;
import dev.structured.service.client.OpenConnections;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// Counts the calls to the downstreams, one per attempt.
///
/// Beside the labels of the conventions each series names its `downstream`, which people know better than a port.
final class CallMetrics implements CallObserver {

    private record Ended(Peer peer, String method, String template, String status, String error) {}

    private final MeterRegistry registry;
    private final MultiGauge open;
    private final Map<Peer, AtomicInteger> active = new ConcurrentHashMap<>();
    private final Map<Ended, Timer> ended = new ConcurrentHashMap<>();

    private volatile Supplier<List<OpenConnections>> connections = List::of;

    CallMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.open = MultiGauge.builder("http.client.open.connections")
                .description(
                        "Connections to the downstreams that are open: with a call on it, or kept for a later one")
                .register(registry);
    }

    @Override
    public void callStarted(Peer peer) {
        active.computeIfAbsent(peer, this::activeGauge).incrementAndGet();
    }

    @Override
    public void callEnded(EndedCall call) {
        active.computeIfAbsent(call.peer(), this::activeGauge).decrementAndGet();
        var key = new Ended(call.peer(), call.method(), call.template(), Durations.label(call.status()),
                Durations.label(call.errorType()));
        Durations.record(ended.computeIfAbsent(key, this::timer), call.nanos());
    }

    private static Tags tags(Peer peer) {
        return Tags.of("downstream", peer.downstream(), "server_address", peer.address(), "server_port",
                Integer.toString(peer.port()));
    }

    /// @param all gives each downstream and address once
    void showOpenConnections(Supplier<List<OpenConnections>> all) {
        connections = all;
    }

    /// Brings the numbers of open connections up to date. Downstreams may have come and gone since the last time.
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
        var running = new AtomicInteger();
        Gauge.builder("http.client.active.requests", running, AtomicInteger::get)
                .description("Calls to the downstreams that are running")
                .tags(tags(peer))
                .register(registry);
        return running;
    }

    private Timer timer(Ended key) {
        return Durations.histogram("http.client.request.duration",
                "How long calls to the downstreams took, per attempt",
                tags(key.peer()).and("http_request_method", key.method(), "url_template", key.template(),
                        "http_response_status_code", key.status(), "error_type", key.error()))
                .register(registry);
    }
}
