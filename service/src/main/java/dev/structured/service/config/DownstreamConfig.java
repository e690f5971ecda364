package dev.structured.service.config;

import dev.structured.service.yaml.Flat;
import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.SizeInBytes;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One downstream.
///
/// @param name its name in the file
/// @param endpoints where it listens
/// @param connectTimeout the longest time to open a connection
/// @param maxConnections the most calls at once, each on a connection of its own
/// @param maxAge the longest time that a connection is used
/// @param maxQueued the most calls that may wait for their turn
/// @param maxBodyBytes the largest answer body that is read
/// @param maxHeaderBytes the largest answer head that is read
/// @param headers sent with each call; values may be secrets, so they are never shown
/// @param deadlineHeaders how each call is told how much time is left
/// @param deadlineMargin taken off the time that is told, for the way there and back
/// @param adaptiveLimit bounds the calls at once below `maxConnections`, by what latencies tell; null for
///     none
/// @param breaker stops calling a downstream that fails; null for none
/// @param retry asks again when a call failed; null for never
/// @param hedge asks a second time when an answer is late; null for never
/// @param extra how many calls more than asked for retries and hedges may make, together
/// @param cache keeps answers; null for none
/// @param coalesce whether equal GETs in flight at the same time share one call
/// @param tls whom to trust, and the service's own certificate; null for the JVM's authorities and none
/// @param encodings the encodings that answers are asked for; empty for none
/// @param protocol the version of HTTP that it is called by
/// @param send what calls tell of the request that they are made for
/// @param maxOpens the most connections that are opened in a second
public record DownstreamConfig(
        String name,
        @Flat EndpointsConfig endpoints,
        @Key(inDefaults = true, preset = "250ms", min = "1ms", max = "1min", says = "The longest time to open a connection.") Duration connectTimeout,
        @Key(inDefaults = true, preset = "64", min = "1", max = "10000", says = "The most calls at once, to all endpoints together, each on a connection of its own.") int maxConnections,
        @Key(inDefaults = true, preset = "5min", min = "100ms", max = "600min", says = "A connection is used for at most so long, so that changes of the name's addresses arrive.") Duration maxAge,
        @Key(inDefaults = true, preset = "256", min = "0", max = "100000", says = "The most calls that may wait for their turn; the next one fails at once.") int maxQueued,
        @Key(inDefaults = true, name = "maxBody", type = SizeInBytes.class, preset = "1MiB", min = "1KiB", max = "64MiB", says = "The largest answer that is read; a larger one fails.") int maxBodyBytes,
        @Key(inDefaults = true, name = "maxHeader", type = SizeInBytes.class, preset = "16KiB", min = "1KiB", max = "256KiB", says = "The largest answer head that is read.") int maxHeaderBytes,
        @Key(inDefaults = true, max = "50", each = "header", names = HeaderName.class, says = "Headers sent with each call, such as an API key from ${file:/run/secrets/key}.") Map<String, HeaderValue> headers,
        @Key(inDefaults = true, preset = "x-envoy-expected-rq-timeout-ms", max = "4", each = "header", says = "How each call is told how much time is left, in milliseconds or gRPC's units.") List<DeadlineHeader> deadlineHeaders,
        @Key(inDefaults = true, preset = "5ms", min = "0ms", max = "10s", says = "Taken off the time that is told, for the way there and back.") Duration deadlineMargin,
        @Key(inDefaults = true, says = "Bounds the calls at once below maxConnections, by what latencies tell.") @Nullable AdaptiveLimitConfig adaptiveLimit,
        @Key(elsewhere = "circuitBreaker", inDefaults = true, says = "Stops calling a downstream that fails, and tries it again later.") @Nullable BreakerConfig breaker,
        @Key(elsewhere = "retries", inDefaults = true, says = "Asks again when a call failed; only calls that may be repeated.") @Nullable RetryConfig retry,
        @Key(inDefaults = true, says = "Asks a second time when an answer is late; only calls that may be repeated.") @Nullable HedgeConfig hedge,
        @Key(inDefaults = true, says = "How many calls more than asked for retries and hedges may make, together.") ExtraConfig extra,
        @Key(inDefaults = true, says = "Keeps answers to GETs, as their Cache-Control allows.") @Nullable CacheConfig cache,
        @Key(inDefaults = true, preset = "false", says = "Whether equal GETs in flight at the same time share one call.") boolean coalesce,
        @Key(inDefaults = true, says = "How an https:// downstream is trusted, and trusts the service.") @Nullable TlsConfig tls,
        @Key(inDefaults = true, max = "3", says = "The encodings that answers are asked for; maxBody counts after decoding. None unless "
                + "it is there.") List<Encoding> encodings,
        @Key(inDefaults = true, preset = "auto", says = "The version of HTTP: HTTP/2 where TLS agrees on it (auto), always HTTP/1.1, always "
                + "HTTP/2 over TLS (h2), or HTTP/2 without TLS (h2c).") ApplicationProtocol protocol,
        @Key(inDefaults = true, says = "What calls tell of the request that they are made for, and of the service.") SendConfig send,
        @Key(inDefaults = true, preset = "100", min = "1", max = "100000", says = "The most connections that are opened in a second; a call that needs "
                + "another one waits its turn.") int maxOpens) {

    /// The names that `demo:NAME` may have.
    public static final List<String> DEMOS = List.of("catalog", "pricing", "stock", "reviews",
            "recommendations", "users", "orders", "north", "south", "east", "pricing-2", "pricing-3");

    public DownstreamConfig {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        deadlineHeaders = List.copyOf(deadlineHeaders);
        encodings = List.copyOf(encodings);
    }

    /// Returns true when the downstream is an embedded demo; the rest of its URL is then its name.
    public boolean isDemo() {
        return endpoints.urls().stream().anyMatch(url -> "demo".equals(url.getScheme()));
    }
}
