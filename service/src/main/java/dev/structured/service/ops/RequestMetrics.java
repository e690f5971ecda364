package dev.structured.service.ops;

import dev.structured.service.edge.EndedRequest;
import dev.structured.service.edge.RequestKind;
import dev.structured.service.edge.RequestObserver;
import dev.structured.service.record.Recorder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Counts and times the requests of the public listener, and counts those that were cancelled.
final class RequestMetrics implements RequestObserver {

    private record Labels(RequestKind kind, String route, int status, String version, String error) {}

    private final MeterRegistry registry;
    private final Exemplars exemplars;
    private final MeterTable<RequestKind, AtomicInteger> active = new MeterTable<>(this::activeGauge);
    private final MeterTable<Labels, Timer> ended = new MeterTable<>(this::timer);
    private final MeterTable<String, Counter> deadlinesIgnored = new MeterTable<>(this::deadlineCounter);
    private final MeterTable<String, Counter> forwardedIgnored = new MeterTable<>(this::forwardedCounter);
    private final WastedWork wasted;
    private final Counter clientGone;
    private final Counter deadline;
    private final Counter shutdown;
    private final Counter operator;

    RequestMetrics(MeterRegistry registry, Exemplars exemplars) {
        this.registry = registry;
        this.exemplars = exemplars;
        this.wasted = new WastedWork(registry);
        clientGone = cancelledCounter("client_gone");
        deadline = cancelledCounter("deadline");
        shutdown = cancelledCounter("shutdown");
        operator = cancelledCounter("operator");
    }

    @Override
    public void requestStarted(RequestKind kind) {
        active.of(kind).incrementAndGet();
    }

    @Override
    public void requestEnded(EndedRequest request) {
        active.of(request.kind()).decrementAndGet();
        var labels = new Labels(request.kind(), Durations.label(request.route()), request.status(),
                request.protocolVersion(), Durations.label(request.errorType()));
        Timer timer = ended.of(labels);
        exemplars.with(request.traceparent(), () -> Durations.record(timer, request.nanos()));
        countCancelled(request.status(), request.errorType());
    }

    /// Returns the number of deadlines that could not be read.
    long unreadableDeadlines() {
        return (long) deadlinesIgnored.all().stream().mapToDouble(Counter::count).sum();
    }

    @Override
    public void deadlineIgnored(String header) {
        deadlinesIgnored.of(header).increment();
    }

    @Override
    public void forwardedIgnored(String reason) {
        forwardedIgnored.of(reason).increment();
    }

    @Override
    public void callsCutShort(Recorder request) {
        wasted.count(request);
    }

    private void countCancelled(int status, @Nullable String errorType) {
        if (status == 499) {
            clientGone.increment();
        } else if ("deadline_exceeded".equals(errorType)) {
            deadline.increment();
        } else if ("shutdown".equals(errorType)) {
            shutdown.increment();
        } else if ("cancelled".equals(errorType)) {
            operator.increment();
        }
    }

    private Counter deadlineCounter(String header) {
        return Counter.builder("structured.deadline.ignored")
                .description("Deadlines of clients that could not be read, by header")
                .tag("header", header)
                .register(registry);
    }

    private Counter forwardedCounter(String reason) {
        return Counter.builder("structured.forwarded.ignored")
                .description("Requests whose headers named a client address that was not believed, by reason")
                .tag("reason", reason)
                .register(registry);
    }

    private AtomicInteger activeGauge(RequestKind kind) {
        var inFlight = new AtomicInteger();
        Gauge.builder("http.server.active.requests", inFlight, AtomicInteger::get)
                .description("Requests of the public listener that are in flight")
                .tags("http_request_method", kind.method(), "url_scheme", kind.scheme())
                .register(registry);
        return inFlight;
    }

    private Timer timer(Labels key) {
        return Durations
                .histogram("http.server.request.duration", "Duration of the public listener's requests",
                        Tags.of("http_request_method", key.kind().method(), "url_scheme", key.kind().scheme(),
                                "http_route", key.route(), "http_response_status_code",
                                Integer.toString(key.status()),
                                "network_protocol_version", key.version(), "error_type", key.error()))
                .register(registry);
    }

    private Counter cancelledCounter(String cause) {
        return Counter.builder("structured.cancelled.requests")
                .description("Requests that were cancelled, by cause")
                .tag("cause", cause)
                .register(registry);
    }
}
