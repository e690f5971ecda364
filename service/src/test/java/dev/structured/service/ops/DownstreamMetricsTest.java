package dev.structured.service.ops;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.config.ApplicationProtocol;
import dev.structured.service.config.BreakerConfig;
import dev.structured.service.config.Defaults;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.EndpointsConfig;
import dev.structured.service.config.Percentage;
import dev.structured.service.config.RetryConfig;
import dev.structured.service.config.SendConfig;
import dev.structured.service.guard.DownstreamState;
import dev.structured.service.guard.GuardObserver;
import dev.structured.service.guard.GuardObserver.Attempt;
import dev.structured.service.guard.GuardObserver.BreakerState;
import dev.structured.service.guard.GuardObserver.Shed;
import dev.structured.service.guard.GuardObserver.Suppressed;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DownstreamMetricsTest {
    private static final BreakerConfig BREAKER = new BreakerConfig(new Percentage(50), 100, 20,
            Duration.ofSeconds(5), 5);
    private static final RetryConfig RETRY = new RetryConfig(2, Duration.ofMillis(25), Duration.ofMillis(250),
            List.of(503));

    private final Metrics metrics = new Metrics("1.2.3");

    private static DownstreamConfig config(int connections, BreakerConfig breaker, RetryConfig retry) {
        return new DownstreamConfig("shop", new EndpointsConfig.Single(URI.create("http://shop:80")),
                Duration.ofMillis(250), connections,
                Duration.ofMinutes(5), 256, 1 << 20,
                1 << 14, Map.of(), List.of(), Duration.ofMillis(5), null, breaker, retry, null,
                Defaults.EXTRA, null,
                false, null, List.of(), ApplicationProtocol.AUTO, SendConfig.DEFAULT, 100);
    }

    private void assertShown(String line) {
        String text = metrics.scrape(MetricsFormat.PROMETHEUS);
        assertTrue(text.lines().anyMatch(line::equals), () -> line + " is not in\n" + text);
    }

    private void assertNotShown(String start) {
        String text = metrics.scrape(MetricsFormat.PROMETHEUS);
        assertFalse(text.lines().anyMatch(line -> line.startsWith(start)), text);
    }

    @Test
    void events_are_counted_by_downstream_and_kind() {
        GuardObserver observer = metrics.downstreams();
        observer.attemptEnded("shop", Attempt.FIRST, "reset");
        observer.attemptEnded("shop", Attempt.RETRY, "ok");
        observer.attemptEnded("shop", Attempt.RETRY, "ok");
        observer.hedgeWon("shop");
        observer.extraSuppressed("shop", Suppressed.BUDGET);
        observer.shed("shop", Shed.QUEUE_FULL);
        observer.breakerChanged("shop", BreakerState.HALF_OPEN);
        assertShown("structured_attempts_total{downstream=\"shop\",kind=\"first\",outcome=\"reset\"} 1.0");
        assertShown("structured_attempts_total{downstream=\"shop\",kind=\"retry\",outcome=\"ok\"} 2.0");
        assertShown("structured_hedge_wins_total{downstream=\"shop\"} 1.0");
        assertShown("structured_extra_calls_suppressed_total{downstream=\"shop\",reason=\"budget\"} 1.0");
        assertShown("structured_shed_total{name=\"shop\",reason=\"queue_full\",scope=\"downstream\"} 1.0");
        assertShown("structured_breaker_changes_total{downstream=\"shop\",state=\"half_open\"} 1.0");
    }

    @Test
    void gauges_show_where_limits_breakers_and_budgets_are() {
        metrics.showDownstreams(Map.of("shop", DownstreamState.of(config(64, BREAKER, RETRY))));
        assertShown("structured_concurrency_limit{name=\"shop\",scope=\"downstream\"} 64.0");
        assertShown("structured_concurrency_inflight{name=\"shop\",scope=\"downstream\"} 0.0");
        assertShown("structured_concurrency_queued{name=\"shop\",scope=\"downstream\"} 0.0");
        assertShown("structured_extra_calls_tokens{downstream=\"shop\"} 10.0");
        assertShown("structured_breaker_state{downstream=\"shop\",state=\"closed\"} 1.0");
        assertShown("structured_breaker_state{downstream=\"shop\",state=\"open\"} 0.0");
        assertShown("structured_breaker_state{downstream=\"shop\",state=\"half_open\"} 0.0");
    }

    @Test
    void gauges_follow_a_reload() {
        DownstreamState first = DownstreamState.of(config(64, null, null));
        metrics.showDownstreams(Map.of("shop", first));
        assertNotShown("structured_breaker_state");
        assertNotShown("structured_extra_calls_tokens");
        metrics.showDownstreams(Map.of("shop", first.next(config(32, BREAKER, RETRY))));
        assertShown("structured_concurrency_limit{name=\"shop\",scope=\"downstream\"} 32.0");
        assertShown("structured_breaker_state{downstream=\"shop\",state=\"closed\"} 1.0");
        metrics.showDownstreams(Map.of("shop", first.next(config(16, null, RETRY))));
        assertShown("structured_concurrency_limit{name=\"shop\",scope=\"downstream\"} 16.0");
        assertNotShown("structured_breaker_state");
        metrics.showDownstreams(Map.of());
        assertNotShown("structured_concurrency_limit");
        metrics.showDownstreams(Map.of("shop", first));
        assertShown("structured_concurrency_limit{name=\"shop\",scope=\"downstream\"} 64.0");
    }
}
