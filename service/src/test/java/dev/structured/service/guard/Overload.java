package dev.structured.service.guard;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/// Callers that arrive at random whether or not others have been served (an open model), each with a
/// deadline.
///
/// @param perSecond how many arrive on average
/// @param lasts for how long; the first third does not count
/// @param deadline how long each waits
record Overload(double perSecond, Duration lasts, Duration deadline) {

    /// What came of it.
    ///
    /// @param goodput good answers a second
    /// @param p50 of the good answers, in milliseconds
    /// @param p99 of the good answers, in milliseconds
    /// @param late how many callers had no good answer in time
    /// @param shed how many were refused
    /// @param shedP99 of the time to a refusal, in milliseconds
    record Result(double goodput, double p50, double p99, long late, long shed, double shedP99) {
        @Override
        public String toString() {
            return "%5.0f good/s  p50 %5.1f ms  p99 %5.1f ms  late %d  shed %d  p99 of sheds %.1f ms"
                    .formatted(goodput,
                            p50, p99, late, shed, shedP99);
        }
    }

    Result on(Downstream downstream) {
        Scheduler scheduler = Scheduler.builder().platform(new VirtualClock()).build();
        RandomGenerator random = new SplittableRandom(7);
        ConcurrentLinkedQueue<Long> good = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Long> refused = new ConcurrentLinkedQueue<>();
        AtomicInteger late = new AtomicInteger();
        long from = lasts.toNanos() / 3;
        scheduler.run("overload", () -> Nursery.run("callers", nursery -> {
            while (scheduler.nanoTime() < lasts.toNanos()) {
                Checkpoints.sleep(
                        Duration.ofNanos((long) (-Math.log(1 - random.nextDouble()) / perSecond * 1e9)));
                nursery.startSoon("caller", () -> {
                    long began = scheduler.nanoTime();
                    boolean counts = began >= from;
                    try {
                        boolean ok = Timeouts.moveOnAfter(deadline,
                                () -> downstream.call(Call.get("/", "/")).status() == 200).orElse(false);
                        if (counts && ok) good.add(scheduler.nanoTime() - began);
                        else if (counts) late.incrementAndGet();
                    } catch (DownstreamException e) {
                        if (counts) refused.add(scheduler.nanoTime() - began);
                    }
                });
            }
        }));
        double seconds = (lasts.toNanos() - from) / 1e9;
        return new Result(good.size() / seconds, percentile(good, 50), percentile(good, 99), late.get(),
                refused.size(), percentile(refused, 99));
    }

    private static double percentile(ConcurrentLinkedQueue<Long> nanos, double percent) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        if (sorted.length == 0) return 0;
        return sorted[(int) Math.ceil(percent / 100 * sorted.length) - 1] / 1e6;
    }
}
