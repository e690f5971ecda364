package dev.structured.service.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/// Counts reloads of the configuration, and shows which configuration is served.
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
                .description("Reloads of the configuration, by result")
                .tag("result", result.label())
                .register(registry);
    }

    /// Shows the given configuration as the one that is served, and no longer the previous one.
    synchronized void served(String hash) {
        if (served != null) registry.remove(served);
        served = Gauge.builder("structured.config.info", () -> 1)
                .description("The configuration that is served, identified by the hash of its text")
                .tag("hash", hash)
                .register(registry);
    }
}
