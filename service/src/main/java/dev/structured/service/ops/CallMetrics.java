package dev.structured.service.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// Counts the calls to the downstreams, one per attempt.
///
/// Beside the labels of the conventions each series names its `downstream`, which people know better than a port.
public final class CallMetrics {

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

    /// A call begins.
    public void callStarted(String downstream, String address, int port) {
        active.computeIfAbsent(new Peer(downstream, address, port), this::activeGauge).incrementAndGet();
    }

    /// A call that [#callStarted] saw is over.
    ///
    /// @param template the path before its variables were filled in
    /// @param status the downstream's status; null when there was no answer
    /// @param errorType why it failed; null when it did not
    /// @param nanos how long it took, in nanoseconds
    public void callEnded(String downstream, String address, int port, String method, String template,
            @Nullable Integer status, @Nullable String errorType, long nanos) {
        var peer = new Peer(downstream, address, port);
        active.computeIfAbsent(peer, this::activeGauge).decrementAndGet();
        var key = new Ended(peer, method, template, Durations.label(status), Durations.label(errorType));
        Durations.record(ended.computeIfAbsent(key, this::timer), nanos);
    }

    void showOpenConnections(String downstream, String address, int port, IntSupplier connections) {
        Gauge.builder("http.client.open.connections", connections, IntSupplier::getAsInt)
                .description("Connections to the downstreams that are open")
                .tags(new Peer(downstream, address, port).tags())
                .strongReference(true)
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
