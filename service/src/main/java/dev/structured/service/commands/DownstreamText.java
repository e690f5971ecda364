package dev.structured.service.commands;

import dev.structured.service.config.AdaptiveLimitConfig;
import dev.structured.service.config.BalanceConfig;
import dev.structured.service.config.BalanceConfig.Choice;
import dev.structured.service.config.BreakerConfig;
import dev.structured.service.config.CacheConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.EndpointsConfig;
import dev.structured.service.config.HealthCheckConfig;
import dev.structured.service.config.HedgeConfig;
import dev.structured.service.config.HedgeDelay;
import dev.structured.service.config.RetryConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Explains a downstream: its limits, and the features that add or save calls.
final class DownstreamText {
    private DownstreamText() {}

    /// Returns the lines, the downstream's name first.
    static List<String> of(DownstreamConfig downstream) {
        List<String> lines = new ArrayList<>();
        lines.add("  " + downstream.name());
        lines.add("      at most " + Words.counted(downstream.maxConnections(), "call") + " at once, "
                + downstream.maxQueued() + " more may wait" + adaptive(downstream.adaptiveLimit()));
        BalanceConfig balance = downstream.endpoints().balance();
        if (balance != null) lines.addAll(balance(downstream.endpoints(), balance));
        BreakerConfig breaker = downstream.breaker();
        if (breaker != null) lines.add("      " + text(breaker));
        RetryConfig retry = downstream.retry();
        if (retry != null) lines.add("      " + text(retry));
        HedgeConfig hedge = downstream.hedge();
        if (hedge != null) lines.add("      " + text(hedge));
        if (retry != null || hedge != null) {
            lines.add("      at most " + Words.number(downstream.extra().share().percent())
                    + "% extra calls by these, " + downstream.extra().burst() + " at once");
        }
        CacheConfig cache = downstream.cache();
        if (cache != null)
            lines.add("      caches answers as their Cache-Control says, " + (cache.freshFor().isZero()
                    ? "and no others"
                    : "others for " + Words.time(cache.freshFor())));
        if (downstream.coalesce()) lines.add("      equal GETs at the same time share one call");
        return lines;
    }

    private static List<String> balance(EndpointsConfig endpoints, BalanceConfig balance) {
        String which = endpoints instanceof EndpointsConfig.Resolved resolved
                ? "an endpoint for each address of its name, looked up every "
                        + Words.time(resolved.refresh())
                : Words.counted(endpoints.urls().size(), "endpoint");
        String choice = balance.choice() == Choice.ROUND_ROBIN
                ? "each in its turn"
                : "the quicker or less busy of two gets a call";
        List<String> lines = new ArrayList<>();
        lines.add("      " + which + ", " + choice);
        lines.add("      one is left alone for " + Words.time(balance.ejection().base()) + " or more after "
                + Words.counted(balance.ejection().failures(), "failure")
                + " in a row, but never more than half");
        HealthCheckConfig health = balance.healthCheck();
        if (health != null) {
            lines.add("      each is asked for " + health.path() + " every " + Words.time(health.interval()));
        }
        return lines;
    }

    private static String adaptive(@Nullable AdaptiveLimitConfig adaptive) {
        return adaptive == null
                ? ""
                : "; fewer when it gets slow, starting at " + adaptive.start() + ", never below "
                        + adaptive.min();
    }

    private static String text(BreakerConfig breaker) {
        return "not called for " + Words.time(breaker.openFor()) + " after "
                + Words.number(breaker.failureRate().percent()) + "% of the last " + breaker.window()
                + " calls failed";
    }

    private static String text(RetryConfig retry) {
        return "retried when the connection breaks, or on "
                + retry.statuses().stream().map(String::valueOf).collect(Collectors.joining(", "))
                + ": up to "
                + Words.counted(retry.attempts(), "attempt") + ", pauses of up to " + Words.time(retry.base())
                + ", doubling to " + Words.time(retry.cap());
    }

    private static String text(HedgeConfig hedge) {
        String after = switch (hedge.after()) {
            case HedgeDelay.After(Duration time) -> "after " + Words.time(time);
            case HedgeDelay.Percentile(double percentile) ->
                "later than " + Words.number(percentile) + "% of its answers";
        };
        return "hedged when it is late (" + after + "): up to "
                + Words.counted(hedge.attempts(), "call") + " at once";
    }
}
