package dev.structured.service.ops;

import dev.structured.service.server.ConnectionObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntSupplier;

/// Counts the connections of one listener, and what becomes of them.
final class ConnectionMetrics implements ConnectionObserver {
    private final MeterRegistry registry;
    private final String listener;
    private final Map<Drop, Counter> dropped = new EnumMap<>(Drop.class);
    private final Map<Limit, Counter> limited = new EnumMap<>(Limit.class);

    /// @param listener `public` or `admin`
    ConnectionMetrics(MeterRegistry registry, String listener) {
        this.registry = registry;
        this.listener = listener;
        for (Drop reason : Drop.values()) {
            dropped.put(reason, counter("structured.clients.dropped", reason.label(),
                    "Clients that were dropped, by reason"));
        }
        for (Limit limit : Limit.values()) {
            limited.put(limit, counter("structured.connections.limited", limit.label(),
                    "Connections that a limit refused or let wait, by limit"));
        }
    }

    private Counter counter(String name, String reason, String description) {
        return Counter.builder(name).description(description).tag("listener", listener).tag("reason", reason)
                .register(registry);
    }

    @Override
    public void opened(IntSupplier count) {
        Gauge.builder("structured.connections.open", count, IntSupplier::getAsInt)
                .description("Open connections of clients")
                .tag("listener", listener)
                .strongReference(true)
                .register(registry);
    }

    @Override
    public void limited(Limit limit) {
        Objects.requireNonNull(limited.get(limit)).increment();
    }

    @Override
    public void dropped(Drop reason) {
        Objects.requireNonNull(dropped.get(reason)).increment();
    }
}
