package dev.structured.service.ops;

import dev.structured.service.backend.CallObserver;
import dev.structured.service.backend.OpenConnections;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Counts the calls to the downstreams, one per attempt.
///
/// Beside the labels of the conventions each series names its `downstream`, which people know better than a port.
final class CallMetrics implements CallObserver {

    private record Peer(String downstream, String address, int port) {
        Tags tags() {
            return Tags.of("downstream", downstream, "server_address", address, "server_port",
                    Integer.toString(port));
        }
    }

    private record Ended(Peer peer, String method, String template, String status, String error) {}

    private final MeterRegistry registry;
    private final Map<Peer, AtomicInteger> active = new ConcurrentHashMap<>();
    private final Map<Ended, Timer> ended = new ConcurrentHashMap<>();

    CallMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void callStarted(String downstream, String address, int port) {
        active.computeIfAbsent(new Peer(downstream, address, port), this::activeGauge).incrementAndGet();
    }

    @Override
    public void callEnded(String downstream, String address, int port, String method, String template,
            @Nullable Integer status, @Nullable String errorType, long nanos) {
        var peer = new Peer(downstream, address, port);
        active.computeIfAbsent(peer, this::activeGauge).decrementAndGet();
        var key = new Ended(peer, method, template, Durations.label(status), Durations.label(errorType));
        Durations.record(ended.computeIfAbsent(key, this::timer), nanos);
    }

    /// @param all gives the same downstreams each time
    void showOpenConnections(Supplier<List<OpenConnections>> all) {
        int downstreams = all.get().size();
        for (int i = 0; i < downstreams; i++) {
            int index = i;
            show("active", () -> all.get().get(index), OpenConnections::active);
            show("idle", () -> all.get().get(index), OpenConnections::idle);
        }
    }

    private void show(String state, Supplier<OpenConnections> now, ToIntFunction<OpenConnections> count) {
        OpenConnections of = now.get();
        Gauge.builder("http.client.open.connections", () -> count.applyAsInt(now.get()))
                .description(
                        "Connections to the downstreams that are open: with a call on it, or kept for a later one")
                .tags(new Peer(of.downstream(), of.address(), of.port()).tags().and("http_connection_state",
                        state))
                .register(registry);
    }

    private AtomicInteger activeGauge(Peer peer) {
        var running = new AtomicInteger();
        Gauge.builder("http.client.active.requests", running, AtomicInteger::get)
                .description("Calls to the downstreams that are running")
                .tags(peer.tags())
                .register(registry);
        return running;
    }

    private Timer timer(Ended key) {
        return Durations.histogram("http.client.request.duration",
                "How long calls to the downstreams took, per attempt",
                key.peer().tags().and("http_request_method", key.method(), "url_template", key.template(),
                        "http_response_status_code", key.status(), "error_type", key.error()))
                .register(registry);
    }
}
