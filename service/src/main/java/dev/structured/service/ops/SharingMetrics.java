package dev.structured.service.ops;

import dev.structured.service.guard.GuardObserver.CacheResult;
import dev.structured.service.guard.GuardObserver.Refresh;
import dev.structured.service.guard.GuardObserver.SharedLookup;
import dev.structured.service.guard.GuardObserver.Validation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Function;

/// Counts cache lookups, the kept answers that were confirmed or refreshed, and calls that joined an equal
/// call in flight.
final class SharingMetrics {

    private record Key<R>(String downstream, R result) {}

    private final MeterRegistry registry;
    private final MeterTable<Key<CacheResult>, Counter> asked;
    private final MeterTable<Key<SharedLookup>, Counter> shared;
    private final MeterTable<Key<Validation>, Counter> validated;
    private final MeterTable<Key<Refresh>, Counter> refreshed;
    private final MeterTable<String, Counter> coalesced = new MeterTable<>(this::coalescedCounter);

    SharingMetrics(MeterRegistry registry) {
        this.registry = registry;
        asked = table("structured.cache", "Lookups in the cache of a downstream's answers, by result",
                CacheResult::label);
        shared = table("structured.cache.shared",
                "Lookups among the kept answers that replicas share, by result", SharedLookup::label);
        validated = table("structured.cache.validations",
                "Kept answers that a downstream was asked to confirm, by its answer", Validation::label);
        refreshed = table("structured.cache.refreshes",
                "Refreshes of kept answers in the background, by their end", Refresh::label);
    }

    private <R> MeterTable<Key<R>, Counter> table(String name, String description,
            Function<R, String> label) {
        return new MeterTable<>(key -> Counter.builder(name).description(description)
                .tags("downstream", key.downstream(), "result", label.apply(key.result()))
                .register(registry));
    }

    void cacheAsked(String downstream, CacheResult result) {
        asked.of(new Key<>(downstream, result)).increment();
    }

    void sharedAsked(String downstream, SharedLookup result) {
        shared.of(new Key<>(downstream, result)).increment();
    }

    void validated(String downstream, Validation result) {
        validated.of(new Key<>(downstream, result)).increment();
    }

    void refreshed(String downstream, Refresh result) {
        refreshed.of(new Key<>(downstream, result)).increment();
    }

    void coalesced(String downstream) {
        coalesced.of(downstream).increment();
    }

    private Counter coalescedCounter(String downstream) {
        return Counter.builder("structured.coalesced")
                .description("Calls that were not made because an equal one was in flight")
                .tags("downstream", downstream)
                .register(registry);
    }
}
