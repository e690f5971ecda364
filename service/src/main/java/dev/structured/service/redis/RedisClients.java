package dev.structured.service.redis;

import dev.structured.service.config.Secret;
import dev.structured.service.config.StoreConfig;
import dev.structured.service.config.TlsConfig;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Lettuce's client, with the fewest threads that it can run with, and without its own reconnecting: the
/// watch over the store reconnects.
final class RedisClients {
    private static final Duration CONNECTING = Duration.ofSeconds(2);
    private static final int THREADS = 2;
    /// The most commands without an answer; those beyond fail at once.
    private static final int MOST_IN_FLIGHT = 1_000;

    private final StoreConfig config;
    private final ClientResources resources;
    private final RedisClient client;

    RedisClients(StoreConfig config) {
        this.config = config;
        this.resources = DefaultClientResources.builder().ioThreadPoolSize(THREADS)
                .computationThreadPoolSize(THREADS)
                .addressResolverGroup(DefaultAddressResolverGroup.INSTANCE)
                .commandLatencyRecorder(CommandLatencyRecorder.disabled()).build();
        this.client = RedisClient.create(resources);
        client.setOptions(options(config.tls()));
    }

    private static ClientOptions options(@Nullable TlsConfig tls) {
        ClientOptions.Builder options = ClientOptions.builder().autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MOST_IN_FLIGHT).protocolVersion(ProtocolVersion.RESP2)
                .socketOptions(SocketOptions.builder().connectTimeout(CONNECTING).keepAlive(true).build());
        if (tls != null) options.sslOptions(trust(tls));
        return options.build();
    }

    private static SslOptions trust(TlsConfig tls) {
        SslOptions.Builder options = SslOptions.builder().jdkSslProvider();
        if (tls.ca() != null) options.trustManager(tls.ca().toFile());
        if (tls.certificate() != null && tls.key() != null) {
            options.keyManager(tls.certificate().toFile(), tls.key().toFile(), null);
        }
        return options.build();
    }

    /// Begins to connect.
    CompletionStage<StatefulRedisConnection<byte[], byte[]>> connect() {
        RedisURI.Builder uri = RedisURI.builder().withHost(config.host()).withPort(config.port())
                .withDatabase(config.database()).withTimeout(CONNECTING);
        Secret password = config.password();
        if (password != null && config.username() != null) {
            uri.withAuthentication(config.username(), password.text().toCharArray());
        } else if (password != null) {
            uri.withPassword(password.text().toCharArray());
        }
        if (config.isSecure()) uri.withSsl(true).withVerifyPeer(SslVerifyMode.FULL);
        return client.connectAsync(ByteArrayCodec.INSTANCE, uri.build());
    }

    /// Closes the connection and ends the threads. Blocks for at most two seconds.
    void close() {
        client.shutdown(Duration.ZERO, CONNECTING);
        resources.shutdown(0, CONNECTING.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CONNECTING.toMillis());
    }
}
