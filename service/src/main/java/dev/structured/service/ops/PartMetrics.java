package dev.structured.service.ops;

import dev.structured.service.aggregate.AggregateObserver;
import dev.structured.service.aggregate.PartFailure;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// Counts the parts of pages by outcome, and has failed calls written to the log.
final class PartMetrics implements AggregateObserver {

    private record Ended(String route, String part, String outcome) {}

    private final MeterRegistry registry;
    private final MeterTable<Ended, Counter> ended = new MeterTable<>(this::counter);

    private final FailedCalls failedCalls;

    PartMetrics(MeterRegistry registry, FailedCalls failedCalls) {
        this.registry = registry;
        this.failedCalls = failedCalls;
    }

    @Override
    public void callFailed(String route, PartFailure failure, String detail) {
        failedCalls.failed(route, failure, detail);
    }

    @Override
    public void partEnded(String route, String part, String outcome, long nanos) {
        ended.of(new Ended(route, part, outcome)).increment();
    }

    private Counter counter(Ended key) {
        return Counter.builder("structured.part.outcome")
                .description("Parts of pages, by outcome")
                .tags("route", key.route(), "part", key.part(), "outcome", key.outcome())
                .register(registry);
    }
}
