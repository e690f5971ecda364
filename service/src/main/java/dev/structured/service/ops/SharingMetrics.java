package dev.structured.service.ops;

import dev.structured.service.guard.SharingObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Counts the calls that were spared: by kept answers, and by equal calls under way.
final class SharingMetrics implements SharingObserver {

    private record Asked(String downstream, CacheResult result) {}

    private final MeterRegistry registry;
    private final Map<Asked, Counter> asked = new ConcurrentHashMap<>();
    private final Map<String, Counter> coalesced = new ConcurrentHashMap<>();

    SharingMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void cacheAsked(String downstream, CacheResult result) {
        asked.computeIfAbsent(new Asked(downstream, result), this::askedCounter).increment();
    }

    @Override
    public void coalesced(String downstream) {
        coalesced.computeIfAbsent(downstream, this::coalescedCounter).increment();
    }

    private Counter askedCounter(Asked key) {
        return Counter.builder("structured.cache")
                .description("Looks at the kept answers of downstreams, by what they gave")
                .tags("downstream", key.downstream(), "result", key.result().name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    private Counter coalescedCounter(String downstream) {
        return Counter.builder("structured.coalesced")
                .description("Calls that were not made because an equal one was under way")
                .tags("downstream", downstream)
                .register(registry);
    }
}
