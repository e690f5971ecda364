package dev.structured.service.ops;

import dev.structured.core.CancelReason;
import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Instrument;
import dev.structured.core.Task;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Counts tasks, cancelled scopes and misused cancellations. It sees every task, so starting and ending one
/// costs no more than an addition each.
final class TaskMetrics implements Instrument {

    private final LongAdder started = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final Counter stuck;
    private final Counter swallowed;
    private final Counter dropped;
    private final Map<CancelReason.Source, Counter> cancelled = new EnumMap<>(CancelReason.Source.class);

    TaskMetrics(MeterRegistry registry) {
        Gauge.builder("structured.tasks.live", this::live)
                .description("Tasks that were started and have not ended")
                .register(registry);
        FunctionCounter.builder("structured.tasks.started", started, LongAdder::sum)
                .description("Tasks that were started, including root tasks")
                .register(registry);
        stuck = Counter.builder("structured.tasks.stuck")
                .description("Cancelled tasks that were found to run on, in foreign code or in a loop")
                .register(registry);
        swallowed = Counter.builder("structured.cancellations.swallowed")
                .description("Cancellations that code has caught and not thrown again")
                .register(registry);
        dropped = Counter.builder("structured.errors.dropped")
                .description(
                        "Errors that were dropped because a cancellation suppressed them; see the log")
                .register(registry);
        for (var source : CancelReason.Source.values()) {
            cancelled.put(source, counter(registry, source));
        }
    }

    @Override
    public void taskStarted(Task<?> task) {
        started.increment();
    }

    @Override
    public void taskEnded(Task<?> task) {
        ended.increment();
    }

    @Override
    public void scopeCancelled(CancelScope scope, CancelReason reason) {
        var counter = cancelled.get(reason.source());
        if (counter != null) counter.increment();
    }

    @Override
    public void taskStuck(Task<?> task, long nanos) {
        stuck.increment();
    }

    @Override
    public void cancellationSwallowed(Task<?> task, Cancelled thrown) {
        swallowed.increment();
    }

    @Override
    public void errorDropped(Task<?> task, Throwable error) {
        dropped.increment();
    }

    long swallowed() {
        return (long) swallowed.count();
    }

    long dropped() {
        return (long) dropped.count();
    }

    private long live() {
        // Read first, so that a task that ends in between cannot make the difference negative.
        long over = ended.sum();
        return started.sum() - over;
    }

    private static Counter counter(MeterRegistry registry, CancelReason.Source source) {
        return Counter.builder("structured.scopes.cancelled")
                .description("Scopes that were cancelled, by source of the cancellation")
                .tag("source", source.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }
}
