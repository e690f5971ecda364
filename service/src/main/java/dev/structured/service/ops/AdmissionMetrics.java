package dev.structured.service.ops;

import dev.structured.service.admission.AdmissionObserver;
import dev.structured.service.admission.Bottleneck;
import dev.structured.service.admission.Refused;
import dev.structured.service.config.Priority;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Counts the pages that were begun, and those that were not.
///
/// The gauges of a bottleneck belong to its name, as those of a downstream do.
final class AdmissionMetrics implements AdmissionObserver {
    private final MeterRegistry registry;
    private final Map<Priority, Counter> admitted = new EnumMap<>(Priority.class);
    private final MeterTable<Key, Counter> refused = new MeterTable<>(this::counter);
    private volatile Map<String, Bottleneck> downstreams = Map.of();
    /// The gauges of each downstream. Guarded by this.
    private final NamedGauges gauges;

    private record Key(Priority priority, String bottleneck, Refused why) {}

    AdmissionMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.gauges = new NamedGauges(registry);
        for (Priority each : Priority.values()) {
            admitted.put(each, Counter.builder("structured.pages.admitted")
                    .description("Pages that were begun, by priority")
                    .tag("priority", each.label())
                    .register(registry));
        }
    }

    @Override
    public void admitted(Priority priority) {
        Counter counter = admitted.get(priority);
        if (counter != null) counter.increment();
    }

    @Override
    public void refused(Priority priority, String bottleneck, Refused why) {
        refused.of(new Key(priority, bottleneck, why)).increment();
    }

    private Counter counter(Key key) {
        return Counter.builder("structured.pages.refused")
                .description("Pages that were not begun, since there was too much to do")
                .tags("priority", key.priority.label(), "name", key.bottleneck, "reason", key.why.label())
                .register(registry);
    }

    /// Shows the bottlenecks of the given downstreams, by name, and no longer any others.
    synchronized void showDownstreams(Map<String, Bottleneck> now) {
        downstreams = Map.copyOf(now);
        gauges.keep(now::containsKey);
        now.keySet().forEach(name -> gauges.add(name, () -> gauges(name, () -> downstreams.get(name))));
    }

    /// Shows the bottleneck of the service itself.
    void showService(Bottleneck service) {
        gauges(service.name(), () -> service);
    }

    private List<Meter> gauges(String name, Supplier<@Nullable Bottleneck> bottleneck) {
        Tags tags = Tags.of("scope", "pages", "name", name);
        return List.of(
                Gauge.builder("structured.concurrency.limit", () -> limit(bottleneck.get()))
                        .description("Calls that may be in flight at once")
                        .tags(tags)
                        .register(registry),
                Gauge.builder("structured.concurrency.inflight", () -> inFlight(bottleneck.get()))
                        .description("Calls in flight")
                        .tags(tags)
                        .register(registry));
    }

    void showWaiting(IntSupplier waiting) {
        Gauge.builder("structured.pages.waiting", waiting::getAsInt)
                .description("Pages that wait for a place")
                .register(registry);
    }

    private static double limit(@Nullable Bottleneck bottleneck) {
        if (bottleneck == null) return Double.NaN;
        return bottleneck.isShort() ? bottleneck.limit() : Double.POSITIVE_INFINITY;
    }

    private static double inFlight(@Nullable Bottleneck bottleneck) {
        return bottleneck == null ? Double.NaN : bottleneck.inFlight();
    }
}
