package dev.structured.service.guard;

import dev.structured.core.combine.Budget;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.ExtraConfig;
import dev.structured.service.config.HedgeConfig;
import dev.structured.service.config.HedgeDelay;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The state of a downstream's retries and hedges.
///
/// @param budget pays for them
/// @param latencies the recent latencies, which time the hedges; null if no percentile is asked for
/// @param random the source of the jitter of pauses; thread-safe
record ExtraCalls(Budget budget, @Nullable RecentLatencies latencies, RandomGenerator random) {

    static ExtraCalls of(DownstreamConfig config, RandomGenerator random) {
        return new ExtraCalls(budget(config.extra()), latencies(config.hedge()), random);
    }

    /// Returns the state under another configuration. It shares the unchanged parts with this one.
    ExtraCalls next(DownstreamConfig old, DownstreamConfig config) {
        return new ExtraCalls(old.extra().equals(config.extra()) ? budget : budget(config.extra()),
                Objects.equals(old.hedge(), config.hedge()) ? latencies : latencies(config.hedge()), random);
    }

    private static Budget budget(ExtraConfig extra) {
        return new Budget(extra.share().fraction(), extra.burst());
    }

    private static @Nullable RecentLatencies latencies(@Nullable HedgeConfig hedge) {
        return hedge != null && hedge.after() instanceof HedgeDelay.Percentile(double percentile)
                ? new RecentLatencies(percentile)
                : null;
    }
}
