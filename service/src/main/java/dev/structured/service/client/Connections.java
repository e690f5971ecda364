package dev.structured.service.client;

import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.TlsConfig;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// The connections to one downstream, and what bounds the calls on them. Several configurations of the
/// downstream may use them, one after the other and for a while at the same time.
final class Connections implements AutoCloseable {
    /// What the connections depend on: configurations with an equal key use the same ones.
    record Key(String downstream, Target target, Duration connectTimeout, int maxConnections, int maxQueued,
            int maxHeaderBytes, TlsConfig tls) {
        static Key of(DownstreamConfig config, Target target) {
            return new Key(config.name(), target, config.connectTimeout(), config.maxConnections(),
                    config.maxQueued(), config.maxHeaderBytes(),
                    config.tls() == null ? TlsConfig.DEFAULT : config.tls());
        }

        /// Returns the most calls at once, those that wait for a connection included.
        int mostCalls() {
            return maxConnections + maxQueued;
        }
    }

    final Key key;
    final ConnectionPool pool;
    /// How many calls there are, those that wait for a connection included.
    final AtomicInteger calls = new AtomicInteger();
    /// How many configurations use them. Guarded by the lock of [HttpProtocol].
    int users;

    Connections(Key key) {
        this.key = key;
        Connector connector = new Connector(key.target, key.connectTimeout, key.tls);
        this.pool = new ConnectionPool(key.maxConnections, key.mostCalls(),
                () -> new HttpConnection(connector.open(), key.maxHeaderBytes));
    }

    OpenConnections count() {
        return pool.count(key.downstream, key.target);
    }

    @Override
    public void close() {
        pool.close();
    }
}
