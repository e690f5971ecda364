package dev.structured.service.ops;

import dev.structured.service.server.ConnectionObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/// Counts what becomes of the connections of one listener.
final class ConnectionMetrics implements ConnectionObserver {
    private final Map<Drop, Counter> dropped = new EnumMap<>(Drop.class);

    /// @param listener `public` or `admin`
    ConnectionMetrics(MeterRegistry registry, String listener) {
        for (Drop reason : Drop.values()) {
            dropped.put(reason, Counter.builder("structured.clients.dropped")
                    .description("Clients that were dropped since they were too slow, by reason")
                    .tag("listener", listener)
                    .tag("reason", reason.label())
                    .register(registry));
        }
    }

    @Override
    public void dropped(Drop reason) {
        Counter counter = dropped.get(reason);
        if (counter != null) counter.increment();
    }
}
