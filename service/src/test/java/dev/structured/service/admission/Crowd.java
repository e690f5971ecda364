package dev.structured.service.admission;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.service.aggregate.Call;
import dev.structured.service.config.Priority;
import dev.structured.service.guard.BusyServer;
import dev.structured.service.guard.Stalls;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// Clients that ask for pages at random times, whether or not others were served (an open model), in virtual
/// time. Each page makes one call of a server that has so many workers, and that does not notice when a page
/// is given up.
final class Crowd {
    static final Duration DEADLINE = Duration.ofMillis(500);

    final Scheduler scheduler = Scheduler.builder().platform(new VirtualClock()).build();
    final BusyServer server;
    final Admission admission = new Admission(scheduler::nanoTime, AdmissionObserver.NONE);
    final Bottleneck bottleneck;
    private final LoadLimit limit;
    private final List<Stream> streams = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();

    /// How the server changes at a point in time.
    private record Change(Duration at, Runnable change) {}

    /// Measures the lag of the service itself.
    final LagLimit lag = new LagLimit(4);
    private Stalls stalls = Stalls.NONE;

    /// @param limit makes the limit; it is given the service's own lag
    private Crowd(BusyServer server, Function<OwnLag, LoadLimit> limit) {
        this.server = server;
        this.limit = limit.apply(lag);
        this.bottleneck = new Bottleneck("shop", this.limit);
    }

    static Crowd of(int workers, Duration service) {
        return new Crowd(new BusyServer(workers, service, Integer.MAX_VALUE), LatencyLimit::new);
    }

    static Crowd unprotected(int workers, Duration service) {
        return new Crowd(new BusyServer(workers, service, Integer.MAX_VALUE),
                _ -> () -> LoadLimit.NONE);
    }

    /// Clients of one class. One that gets no page asks again, so many times, after a pause.
    static final class Stream {
        final Priority priority;
        final double perSecond;
        final int retries;
        final Duration pause;
        private Duration from = Duration.ZERO;
        final ConcurrentLinkedQueue<long[]> good = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<long[]> refused = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<long[]> late = new ConcurrentLinkedQueue<>();

        Stream(Priority priority, double perSecond, int retries, Duration pause) {
            this.priority = priority;
            this.perSecond = perSecond;
            this.retries = retries;
            this.pause = pause;
        }

        /// Lets the clients come from a point in time on, instead of from the beginning.
        Stream from(Duration time) {
            from = time;
            return this;
        }

        private static long count(ConcurrentLinkedQueue<long[]> all, double from, double to) {
            return all.stream().filter(each -> each[0] >= from * 1e9 && each[0] < to * 1e9).count();
        }

        /// Returns the good pages a second that began between two times, in seconds.
        double goodput(double from, double to) {
            return count(good, from, to) / (to - from);
        }

        /// Returns the share of the requests between two times that got a good page, in percent.
        double share(double from, double to) {
            long ok = count(good, from, to);
            return 100.0 * ok / Math.max(1, ok + count(refused, from, to) + count(late, from, to));
        }

        double p99(double from, double to) {
            return percentile(good, from, to, 99);
        }

        double refusedP99(double from, double to) {
            return percentile(refused, from, to, 99);
        }

        long late(double from, double to) {
            return count(late, from, to);
        }

        private static double percentile(ConcurrentLinkedQueue<long[]> all, double from, double to,
                double percent) {
            long[] sorted = all.stream().filter(each -> each[0] >= from * 1e9 && each[0] < to * 1e9)
                    .mapToLong(each -> each[1]).sorted().toArray();
            return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(percent / 100 * sorted.length) - 1] / 1e6;
        }

        String text(double from, double to) {
            return String.format(
                    "%s %.0f/s from %.0f s: %.0f good/s (%.1f %%), p50 %.1f p99 %.1f ms, refused %d p90 %.1f "
                            + "p99 %.1f ms, late %d",
                    priority, perSecond, from, goodput(from, to), share(from, to),
                    percentile(good, from, to, 50), p99(from, to), count(refused, from, to),
                    percentile(refused, from, to, 90), refusedP99(from, to), late(from, to));
        }
    }

    Stream clients(Priority priority, double perSecond) {
        return clients(priority, perSecond, 0, Duration.ZERO);
    }

    Stream clients(Priority priority, double perSecond, int retries, Duration pause) {
        Stream stream = new Stream(priority, perSecond, retries, pause);
        streams.add(stream);
        return stream;
    }

    /// Changes the server's service time at a point in time.
    void serviceAt(Duration at, Duration service) {
        at(at, () -> server.service(service));
    }

    void at(Duration at, Runnable change) {
        changes.add(new Change(at, change));
    }

    /// Sets the times in which the service itself does not get on.
    void stalls(Stalls times) {
        stalls = times;
    }

    /// Waits for the end of the present stall, if there is one.
    private void getOn() {
        long now = scheduler.nanoTime();
        long on = stalls.end(now, 0);
        if (on > now) Checkpoints.sleep(Duration.ofNanos(on - now));
    }

    private void measureLag(Duration lasts) {
        while (scheduler.nanoTime() < lasts.toNanos()) {
            long due = scheduler.nanoTime() + LagLimit.TICK_NANOS;
            lag.due(due);
            Checkpoints.sleep(Duration.ofNanos(LagLimit.TICK_NANOS));
            getOn();
            long now = scheduler.nanoTime();
            lag.lag(now, now - due, bottleneck.inFlight());
        }
    }

    void run(Duration lasts) {
        RandomGenerator random = new SplittableRandom(7);
        scheduler.run("crowd", () -> Nursery.run("clients", nursery -> {
            changes.forEach(each -> nursery.startSoon("change", () -> {
                Checkpoints.sleep(each.at);
                each.change.run();
            }));
            nursery.startSoon("lag", () -> measureLag(lasts));
            for (Stream stream : streams) {
                RandomGenerator own = new SplittableRandom(random.nextLong());
                nursery.startSoon("stream", () -> arrive(nursery, stream, own, lasts));
            }
        }));
    }

    private void arrive(Nursery nursery, Stream stream, RandomGenerator random, Duration lasts) {
        Checkpoints.sleep(stream.from);
        while (scheduler.nanoTime() < lasts.toNanos()) {
            double gap = -Math.log(1 - random.nextDouble()) / stream.perSecond;
            Checkpoints.sleep(Duration.ofNanos((long) (gap * 1e9)));
            nursery.startSoon("client", () -> ask(stream));
        }
    }

    private void ask(Stream stream) throws InterruptedException {
        for (int i = 0; i <= stream.retries; i++) {
            if (i > 0) Checkpoints.sleep(stream.pause);
            long began = scheduler.nanoTime();
            ConcurrentLinkedQueue<long[]> result = page(stream);
            result.add(new long[]{began, scheduler.nanoTime() - began});
            if (result == stream.good) return;
        }
    }

    private ConcurrentLinkedQueue<long[]> page(Stream stream) throws InterruptedException {
        getOn();
        Entry entry = awaited(admission.enter(stream.priority, List.of(bottleneck), DEADLINE.toNanos()));
        if (!(entry instanceof Ticket ticket)) return stream.refused;
        try (ticket) {
            return made() ? stream.good : stream.late;
        }
    }

    /// Returns a ticket or a refusal, after the wait if there is one.
    static Entry awaited(Entry entry) {
        if (!(entry instanceof Waiting waiting)) return entry;
        try (waiting) {
            return waiting.await();
        }
    }

    private boolean made() throws InterruptedException {
        long began = scheduler.nanoTime();
        int begunWith = bottleneck.inFlight();
        boolean ok = Timeouts.moveOnAfter(DEADLINE, this::answered).orElse(false);
        getOn();
        long now = scheduler.nanoTime();
        if (limit instanceof LatencyLimit load) {
            load.sample("/", now, now - began, !ok, begunWith, bottleneck.inFlight());
        }
        return ok;
    }

    private boolean answered() {
        return server.call(Call.get("/", "/")).status() == 200;
    }
}
