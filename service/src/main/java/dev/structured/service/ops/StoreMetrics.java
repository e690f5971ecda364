package dev.structured.service.ops;

import dev.structured.service.store.StoreObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/// Counts the calls of the shared store, and shows whether it answers.
final class StoreMetrics implements StoreObserver {
    private record Asked(Operation operation, Result result) {}

    private final MeterRegistry registry;
    private final MeterTable<Asked, Counter> asked = new MeterTable<>(this::counter);

    StoreMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void show(BooleanSupplier up) {
        Gauge.builder("structured.store.up", () -> up.getAsBoolean() ? 1 : 0)
                .description("1 while the shared store answers, else 0").strongReference(true)
                .register(registry);
    }

    @Override
    public void asked(Operation operation, Result result) {
        asked.of(new Asked(operation, result)).increment();
    }

    private Counter counter(Asked key) {
        return Counter.builder("structured.store.calls")
                .description("Calls of the shared store, by what was asked and how it ended")
                .tags("operation", label(key.operation()), "result", label(key.result()))
                .register(registry);
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
