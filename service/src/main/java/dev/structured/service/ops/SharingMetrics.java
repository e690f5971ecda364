package dev.structured.service.ops;

import dev.structured.service.guard.GuardObserver.CacheResult;
import dev.structured.service.guard.GuardObserver.Refresh;
import dev.structured.service.guard.GuardObserver.SharedLookup;
import dev.structured.service.guard.GuardObserver.Validation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// Counts cache lookups, what became of kept answers that were asked for again, and calls that joined an
/// equal call in flight.
final class SharingMetrics {

    private record Asked(String downstream, CacheResult result) {}

    private record Shared(String downstream, SharedLookup result) {}

    private record Validated(String downstream, Validation result) {}

    private record Refreshed(String downstream, Refresh result) {}

    private final MeterRegistry registry;
    private final MeterTable<Asked, Counter> asked = new MeterTable<>(this::askedCounter);
    private final MeterTable<Validated, Counter> validated = new MeterTable<>(this::validatedCounter);
    private final MeterTable<Refreshed, Counter> refreshed = new MeterTable<>(this::refreshedCounter);
    private final MeterTable<String, Counter> coalesced = new MeterTable<>(this::coalescedCounter);
    private final MeterTable<Shared, Counter> shared = new MeterTable<>(this::sharedCounter);

    SharingMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void cacheAsked(String downstream, CacheResult result) {
        asked.of(new Asked(downstream, result)).increment();
    }

    void sharedAsked(String downstream, SharedLookup result) {
        shared.of(new Shared(downstream, result)).increment();
    }

    void validated(String downstream, Validation result) {
        validated.of(new Validated(downstream, result)).increment();
    }

    void refreshed(String downstream, Refresh result) {
        refreshed.of(new Refreshed(downstream, result)).increment();
    }

    void coalesced(String downstream) {
        coalesced.of(downstream).increment();
    }

    private Counter sharedCounter(Shared key) {
        return counter("structured.cache.shared",
                "Lookups among the kept answers that replicas share, by result", key.downstream(),
                key.result().label());
    }

    private Counter askedCounter(Asked key) {
        return counter("structured.cache", "Lookups in the cache of a downstream's answers, by result",
                key.downstream(), key.result().label());
    }

    private Counter validatedCounter(Validated key) {
        return counter("structured.cache.validations",
                "Kept answers that a downstream was asked to confirm, by its answer", key.downstream(),
                key.result().label());
    }

    private Counter refreshedCounter(Refreshed key) {
        return counter("structured.cache.refreshes",
                "Refreshes of kept answers in the background, by their end", key.downstream(),
                key.result().label());
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
