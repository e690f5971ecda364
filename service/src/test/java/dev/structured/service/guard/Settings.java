package dev.structured.service.guard;

import dev.structured.service.config.AdaptiveLimitConfig;
import dev.structured.service.config.ApplicationProtocol;
import dev.structured.service.config.BreakerConfig;
import dev.structured.service.config.Defaults;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.EndpointsConfig;
import dev.structured.service.config.ExtraConfig;
import dev.structured.service.config.HedgeConfig;
import dev.structured.service.config.HedgeDelay;
import dev.structured.service.config.Percentage;
import dev.structured.service.config.RetryConfig;
import dev.structured.service.config.SendConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The configuration of a downstream named `shop`, a key at a time.
record Settings(int maxConnections, int maxQueued, AdaptiveLimitConfig adaptive, BreakerConfig breaker,
        RetryConfig retry,
        HedgeConfig hedge, ExtraConfig extra) {

    static final Settings PLAIN = new Settings(64, 256, null, null, null, null, Defaults.EXTRA);

    Settings connections(int max, int queued) {
        return new Settings(max, queued, adaptive, breaker, retry, hedge, extra);
    }

    Settings adaptive(int min, int start) {
        return new Settings(maxConnections, maxQueued, new AdaptiveLimitConfig(min, start), breaker, retry,
                hedge, extra);
    }

    /// Opens for 5 s when half of the last ten calls failed; two may try then.
    Settings breaks() {
        BreakerConfig half = new BreakerConfig(new Percentage(50), 10, 10, Duration.ofSeconds(5), 2);
        return new Settings(maxConnections, maxQueued, adaptive, half, retry, hedge, extra);
    }

    Settings retry(int attempts, Duration base, Duration cap) {
        RetryConfig again = new RetryConfig(attempts, base, cap, List.of(502, 503, 504));
        return new Settings(maxConnections, maxQueued, adaptive, breaker, again, hedge, extra);
    }

    Settings hedge(HedgeDelay after, int attempts) {
        return new Settings(maxConnections, maxQueued, adaptive, breaker, retry,
                new HedgeConfig(after, attempts), extra);
    }

    Settings extra(double percent, int burst) {
        return new Settings(maxConnections, maxQueued, adaptive, breaker, retry, hedge,
                new ExtraConfig(new Percentage(percent), burst));
    }

    DownstreamConfig config() {
        return at("http://shop:80");
    }

    DownstreamConfig at(String url) {
        return new DownstreamConfig("shop", new EndpointsConfig.Single(URI.create(url)),
                Duration.ofMillis(250), maxConnections,
                Duration.ofMinutes(5), maxQueued, 1 << 20,
                1 << 14, Map.of(), List.of(), Duration.ofMillis(5), adaptive, breaker, retry, hedge, extra,
                null, false, null, List.of(), ApplicationProtocol.AUTO, SendConfig.DEFAULT, 100);
    }
}
