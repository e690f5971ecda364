package dev.structured.service.ops;

import dev.structured.service.record.AttemptRecorder;
import dev.structured.service.record.PartRecorder;
import dev.structured.service.record.Recorder;
import dev.structured.service.view.Cancellation;
import dev.structured.service.view.Cancellations;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Counts the calls that were cut short, and the time that had been spent on them in vain, by what cancelled
/// them. What they would have gone on to do is spared, and cannot be known.
final class WastedWork {
    private record Key(String downstream, String reason) {}

    /// @param calls the calls that were cut short
    /// @param seconds the time for which they had run
    private record Counters(Counter calls, Counter seconds) {}

    private final MeterTable<Key, Counters> counters;

    WastedWork(MeterRegistry registry) {
        counters = new MeterTable<>(key -> {
            Tags tags = Tags.of("downstream", key.downstream(), "reason", key.reason());
            return new Counters(
                    Counter.builder("structured.calls.cancelled")
                            .description(
                                    "Calls to the downstreams that were cut short, by what cancelled them")
                            .tags(tags).register(registry),
                    Counter.builder("structured.wasted.work")
                            .description("Time that was spent on calls before they were cut short")
                            .baseUnit("seconds").tags(tags).register(registry));
        });
    }

    /// Counts the calls of a request that has ended.
    void count(Recorder request) {
        Map<String, PartRecorder> parts = new HashMap<>();
        request.parts().forEach(part -> parts.put(part.name(), part));
        for (Cancellation each : Cancellations.of(request)) {
            PartRecorder part = parts.get(each.part());
            if (each.attempt() == null || part == null) continue;
            List<AttemptRecorder> attempts = part.attempts();
            count(part, attempts.get(each.attempt() - 1), each.reason());
        }
    }

    private void count(PartRecorder part, AttemptRecorder attempt, String reason) {
        int began = attempt.connectingAt();
        if (began == 0) return; // it waited for a permit, or for the call of another request
        String downstream = part.layout().downstream();
        Counters of = counters.of(new Key(Durations.label(downstream), label(reason)));
        of.calls.increment();
        of.seconds.increment(Math.max(0, attempt.endedAt() - began) / 1e6);
    }

    private static String label(String reason) {
        return reason.replace('-', '_');
    }
}
