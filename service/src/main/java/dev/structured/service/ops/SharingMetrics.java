package dev.structured.service.ops;

import dev.structured.service.guard.GuardObserver.CacheResult;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Counts cache lookups, and calls that joined an equal call in flight.
final class SharingMetrics {

    private record Asked(String downstream, CacheResult result) {}

    private final MeterRegistry registry;
    private final Map<Asked, Counter> asked = new ConcurrentHashMap<>();
    private final Map<String, Counter> coalesced = new ConcurrentHashMap<>();

    SharingMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void cacheAsked(String downstream, CacheResult result) {
        asked.computeIfAbsent(new Asked(downstream, result), this::askedCounter).increment();
    }

    void coalesced(String downstream) {
        coalesced.computeIfAbsent(downstream, this::coalescedCounter).increment();
    }

    private Counter askedCounter(Asked key) {
        return Counter.builder("structured.cache")
                .description("Lookups in the cache of a downstream's answers, by result")
                .tags("downstream", key.downstream(), "result", key.result().label())
                .register(registry);
    }

    private Counter coalescedCounter(String downstream) {
        return Counter.builder("structured.coalesced")
                .description("Calls that were not made because an equal one was in flight")
                .tags("downstream", downstream)
                .register(registry);
    }
}
