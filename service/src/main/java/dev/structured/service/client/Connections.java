package dev.structured.service.client;

import dev.structured.service.config.DownstreamConfig;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// The connections to one downstream, and what bounds the calls on them. Several configurations of the downstream may use
/// them, one after the other and for a while at the same time.
final class Connections {
    /// What they depend on: a configuration with an equal one uses the same.
    record Kind(String downstream, Target target, Duration connectTimeout, int maxConnections, int maxQueued,
            int maxHeaderBytes) {
        static Kind of(DownstreamConfig config, Target target) {
            return new Kind(config.name(), target, config.connectTimeout(), config.maxConnections(),
                    config.maxQueued(), config.maxHeaderBytes());
        }
    }

    final Kind kind;
    final JettyClient client;
    /// How many calls there are, those that wait for a connection included.
    final AtomicInteger calls = new AtomicInteger();
    /// How many configurations use them. Guarded by the lock of [HttpBackends].
    int users;

    Connections(Kind kind, JettyClient client) {
        this.kind = kind;
        this.client = client;
    }

    OpenConnections count() {
        return client.openConnections(kind.downstream(), kind.target());
    }
}
