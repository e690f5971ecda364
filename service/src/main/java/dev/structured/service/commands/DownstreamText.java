package dev.structured.service.commands;

import dev.structured.service.config.AdaptiveLimitConfig;
import dev.structured.service.config.BalanceConfig;
import dev.structured.service.config.BalanceConfig.Choice;
import dev.structured.service.config.BreakerConfig;
import dev.structured.service.config.CacheConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.EjectionConfig;
import dev.structured.service.config.ExtraConfig;
import dev.structured.service.config.HealthCheckConfig;
import dev.structured.service.config.HedgeConfig;
import dev.structured.service.config.HedgeDelay;
import dev.structured.service.config.RetryConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Explains downstreams: how they are reached, their limits, and the features that add or save calls.
final class DownstreamText {
    private DownstreamText() {}

    /// Returns the lines of several downstreams. A line that is true of all of them is there once.
    static List<String> of(List<DownstreamConfig> downstreams) {
        List<List<String>> texts = downstreams.stream().map(DownstreamText::lines).toList();
        List<String> common = downstreams.size() < 2 ? List.of() : common(texts);
        List<String> lines = new ArrayList<>();
        if (!common.isEmpty()) add(lines, "each of them", common);
        for (int i = 0; i < texts.size(); i++) {
            List<String> own = texts.get(i).stream().filter(line -> !common.contains(line)).toList();
            add(lines, downstreams.get(i).name(), own);
        }
        return lines;
    }

    private static List<String> common(List<List<String>> texts) {
        return texts.getFirst().stream().filter(line -> texts.stream().allMatch(text -> text.contains(line)))
                .toList();
    }

    private static void add(List<String> lines, String title, List<String> below) {
        lines.add("  " + title);
        for (String line : below) lines.add("      " + line);
    }

    private static List<String> lines(DownstreamConfig downstream) {
        List<String> lines = new ArrayList<>(ConnectionText.of(downstream));
        lines.add("at most " + Words.counted(downstream.maxConnections(), "call") + " at once, "
                + downstream.maxQueued() + " more may wait" + adaptive(downstream.adaptiveLimit()));
        BalanceConfig balance = downstream.endpoints().balance();
        if (balance != null) lines.addAll(balance(balance));
        BreakerConfig breaker = downstream.breaker();
        if (breaker != null) lines.add(text(breaker));
        RetryConfig retry = downstream.retry();
        if (retry != null) lines.add(text(retry));
        HedgeConfig hedge = downstream.hedge();
        if (hedge != null) lines.add(text(hedge));
        if (retry != null || hedge != null) lines.add(text(downstream.extra()));
        CacheConfig cache = downstream.cache();
        if (cache != null) lines.addAll(CacheText.of(cache));
        if (downstream.coalesce()) lines.add("equal GETs at the same time share one call");
        return lines;
    }

    private static List<String> balance(BalanceConfig balance) {
        List<String> lines = new ArrayList<>();
        lines.add((balance.choice() == Choice.ROUND_ROBIN
                ? "its endpoints get calls in turn"
                : "of two of its endpoints the quicker or less busy gets a call")
                + (balance.slowStart().isZero()
                        ? ""
                        : ", one that is new or comes back less than its share for "
                                + Words.time(balance.slowStart())));
        lines.add(text(balance.ejection()));
        HealthCheckConfig health = balance.healthCheck();
        if (health != null) lines.add(text(health));
        return lines;
    }

    private static String text(EjectionConfig ejection) {
        return "an endpoint is left alone after " + Words.counted(ejection.failures(), "failure")
                + " in a row, or " + Words.number(ejection.failureRate().percent())
                + "% more failures than the others: for " + Words.time(ejection.base())
                + ", twice as long each time soon after, up to " + Words.time(ejection.max())
                + "; never more than half of them";
    }

    private static String text(HealthCheckConfig health) {
        return "each endpoint is asked for " + health.path() + " every " + Words.time(health.interval())
                + " and has " + Words.time(health.timeout()) + " to answer 2xx; after "
                + Words.counted(health.unhealthyAfter(), "failure") + " in a row it gets no calls until "
                + Words.counted(health.healthyAfter(), "success", "successes") + " in a row";
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
                + " calls failed, of at least " + breaker.minCalls() + "; then tried with "
                + Words.counted(breaker.trialCalls(), "call");
    }

    private static String text(ExtraConfig extra) {
        return "at most " + Words.number(extra.share().percent()) + "% extra calls by these, " + extra.burst()
                + " at once";
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
