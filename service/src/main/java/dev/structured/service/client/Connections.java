package dev.structured.service.client;

import dev.structured.service.config.ApplicationProtocol;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.TlsConfig;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// The connections to one downstream, with the bounds of calls on them. Several configurations of the
/// downstream may use them, one after the other and for a while at the same time.
final class Connections implements AutoCloseable {
    /// The settings that the connections depend on: configurations with an equal key share them.
    record Key(String downstream, Target target, Duration connectTimeout, int maxConnections, Duration maxAge,
            int maxQueued, int maxHeaderBytes, TlsConfig tls, ApplicationProtocol protocol, int maxOpens) {
        static Key of(DownstreamConfig config, Target target) {
            return new Key(config.name(), target, config.connectTimeout(), config.maxConnections(),
                    config.maxAge(), config.maxQueued(), config.maxHeaderBytes(),
                    config.tls() == null ? TlsConfig.DEFAULT : config.tls(), config.protocol(),
                    config.maxOpens());
        }

        /// Returns the largest number of calls at once, including those that wait for a connection.
        int mostCalls() {
            return maxConnections + maxQueued;
        }
    }

    /// The names of ALPN.
    private static final String HTTP_1_1 = "http/1.1";
    private static final String HTTP_2 = "h2";

    final Key key;
    final Transport transport;
    /// Carries the calls whose answers are passed back as they come. Not used over HTTP/2, where one thread
    /// reads the answers of all calls and must not wait for a slow client.
    final PooledTransport passing;
    /// The number of calls, including those that wait for a connection.
    final AtomicInteger calls = new AtomicInteger();
    /// The number of configurations that use them. Guarded by the lock of [HttpProtocol].
    int users;

    Connections(Key key, Http2Client http2, Openings openings) {
        this.key = key;
        Connector connector = new Connector(key.target, key.connectTimeout, key.tls);
        this.passing = new PooledTransport(key, openings, turn -> {
            Wire wire = openings.open(turn, key.maxOpens, () -> connector.open(HTTP_1_1));
            return wire == null ? null : new HttpConnection(wire, key.maxHeaderBytes);
        });
        this.transport = switch (key.protocol) {
            case HTTP_1_1 -> passing;
            case AUTO -> key.target.encrypted()
                    ? new MultiplexedTransport(key, http2, openings,
                            () -> connector.open(HTTP_2, HTTP_1_1), passing)
                    : passing;
            case H2, H2C ->
                new MultiplexedTransport(key, http2, openings, () -> connector.open(HTTP_2), null);
        };
    }

    OpenConnections count() {
        return transport.count();
    }

    @Override
    public void close() {
        transport.close();
    }
}
