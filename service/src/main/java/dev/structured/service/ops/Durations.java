package dev.structured.service.ops;

import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Makes and feeds the histograms of durations.
final class Durations {

    /// The buckets of OpenTelemetry's semantic conventions for HTTP durations.
    private static final Duration[] BUCKETS = durations(5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500,
            5000, 7500,
            10_000);

    private Durations() {}

    /// Returns a label's value; empty for null. Prometheus requires the same label names on every series of a
    /// metric, and reads an empty value as an absent label.
    static String label(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    static Timer.Builder histogram(String name, String description, Iterable<Tag> tags) {
        return Timer.builder(name).description(description).tags(tags).serviceLevelObjectives(BUCKETS);
    }

    static void record(Timer timer, long nanos) {
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    private static Duration[] durations(long... millis) {
        var all = new Duration[millis.length];
        for (int i = 0; i < millis.length; i++) all[i] = Duration.ofMillis(millis[i]);
        return all;
    }
}
