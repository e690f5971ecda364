package dev.structured.service.ops;

import dev.structured.service.guard.GuardObserver.CacheResult;
import dev.structured.service.guard.GuardObserver.Refresh;
import dev.structured.service.guard.GuardObserver.Validation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Counts cache lookups, what became of kept answers that were asked for again, and calls that joined an
/// equal call in flight.
final class SharingMetrics {

    private record Asked(String downstream, CacheResult result) {}

    private record Validated(String downstream, Validation result) {}

    private record Refreshed(String downstream, Refresh result) {}

    private final MeterRegistry registry;
    private final Map<Asked, Counter> asked = new ConcurrentHashMap<>();
    private final Map<Validated, Counter> validated = new ConcurrentHashMap<>();
    private final Map<Refreshed, Counter> refreshed = new ConcurrentHashMap<>();
    private final Map<String, Counter> coalesced = new ConcurrentHashMap<>();

    SharingMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void cacheAsked(String downstream, CacheResult result) {
        asked.computeIfAbsent(new Asked(downstream, result), this::askedCounter).increment();
    }

    void validated(String downstream, Validation result) {
        validated.computeIfAbsent(new Validated(downstream, result),
                key -> counter("structured.cache.validations",
                        "Kept answers that a downstream was asked to confirm, by its answer",
                        key.downstream(),
                        key.result().label()))
                .increment();
    }

    void refreshed(String downstream, Refresh result) {
        refreshed.computeIfAbsent(new Refreshed(downstream, result),
                key -> counter("structured.cache.refreshes",
                        "Refreshes of kept answers in the background, by their end", key.downstream(),
                        key.result().label()))
                .increment();
    }

    void coalesced(String downstream) {
        coalesced.computeIfAbsent(downstream, this::coalescedCounter).increment();
    }

    private Counter askedCounter(Asked key) {
        return counter("structured.cache", "Lookups in the cache of a downstream's answers, by result",
                key.downstream(), key.result().label());
    }

    private Counter counter(String name, String description, String downstream, String result) {
        return Counter.builder(name).description(description)
                .tags("downstream", downstream, "result", result)
                .register(registry);
    }

    private Counter coalescedCounter(String downstream) {
        return Counter.builder("structured.coalesced")
                .description("Calls that were not made because an equal one was in flight")
                .tags("downstream", downstream)
                .register(registry);
    }
}
