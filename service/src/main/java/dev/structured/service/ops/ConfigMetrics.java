package dev.structured.service.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/// Counts how often the configuration was read again, and shows which one is served.
final class ConfigMetrics {
    private final MeterRegistry registry;
    private @Nullable Gauge served;

    ConfigMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (ConfigControl.Result result : ConfigControl.Result.values()) {
            if (result != ConfigControl.Result.WOULD_SERVE) counter(result);
        }
    }

    void reloaded(ConfigControl.Result result) {
        counter(result).increment();
    }

    private Counter counter(ConfigControl.Result result) {
        return Counter.builder("structured.config.reload")
                .description("How often the configuration was read again, by what came of it")
                .tag("result", result.label())
                .register(registry);
    }

    /// Shows the configuration that is served, and no other any more.
    synchronized void served(String hash) {
        if (served != null) registry.remove(served);
        served = Gauge.builder("structured.config.info", () -> 1)
                .description("The configuration that is served, by the hash of its text")
                .tag("hash", hash)
                .register(registry);
    }
}
