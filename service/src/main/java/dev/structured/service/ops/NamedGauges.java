package dev.structured.service.ops;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// The gauges of what a configuration has, by its name. They leave the registry when the next configuration
/// no longer has it. Not thread-safe.
final class NamedGauges {
    private final MeterRegistry registry;
    private final Map<String, List<Meter>> gauges = new HashMap<>();

    NamedGauges(MeterRegistry registry) {
        this.registry = registry;
    }

    /// Removes the gauges of all names but those wanted.
    void keep(Predicate<String> wanted) {
        gauges.entrySet().removeIf(each -> {
            boolean gone = !wanted.test(each.getKey());
            if (gone) each.getValue().forEach(registry::remove);
            return gone;
        });
    }

    /// Has the gauges of a name registered, unless they are there.
    void add(String name, Supplier<List<Meter>> register) {
        gauges.computeIfAbsent(name, _ -> register.get());
    }
}
