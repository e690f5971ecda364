package dev.structured.service.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.service.config.Priority;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LagLimitTest {
    static final long TICK = Duration.ofMillis(20).toNanos();

    private final LagLimit limit = new LagLimit(4);
    private long now;

    private void lags(int count, double millis, int inFlight) {
        for (int i = 0; i < count; i++) {
            long lag = (long) (millis * 1e6);
            now += TICK + lag;
            limit.lag(now, lag, inFlight);
        }
    }

    @Test
    void there_is_none_while_tasks_run_in_time_and_a_pause_makes_none() {
        lags(200, 0.5, 1_000);
        lags(1, 3_000, 1_000);
        lags(200, 0.5, 1_000);
        assertEquals(LoadLimit.NONE, limit.now());
    }

    @Test
    void neighbours_that_make_some_tasks_late_make_none() {
        for (int i = 0; i < 100; i++) {
            lags(4, 60, 100);
            lags(1, 1, 100);
        }
        assertEquals(LoadLimit.NONE, limit.now());
    }

    @Test
    void all_tasks_late_shrink_it_to_the_least_at_most() {
        lags(30, 50, 100);
        assertTrue(limit.now() < 75, "limit " + limit.now());
        lags(300, 50, 100);
        assertEquals(4, limit.now());
    }

    @Test
    void it_grows_while_it_binds_and_ends_when_it_does_not() {
        lags(300, 50, 100);
        for (int i = 0; i < 300; i++) lags(1, 1, limit.now());
        assertTrue(limit.now() > 10, "limit " + limit.now());
        lags(400, 1, 1);
        assertEquals(LoadLimit.NONE, limit.now());
    }

    @Test
    void while_no_task_is_late_it_grows_quickly() {
        lags(300, 50, 100);
        assertEquals(4, limit.now());
        for (int i = 0; i < 200; i++) lags(1, 1, limit.now());
        assertTrue(limit.now() > 100, "limit " + limit.now());
    }

    @Test
    void while_tasks_are_somewhat_late_it_grows_slowly() {
        lags(300, 50, 100);
        for (int i = 0; i < 200; i++) lags(1, 10, limit.now());
        assertTrue(limit.now() > 10 && limit.now() < 40, "limit " + limit.now());
    }

    /// Pages come all the time, also when the task that measures is due since a millisecond. All of its lags
    /// are 150 ms.
    @Test
    void lag_that_has_just_begun_does_not_hide_how_long_the_others_are() {
        for (int i = 0; i < 20; i++) {
            long due = now + TICK;
            limit.due(due);
            for (int page = 1; page < 150; page++) {
                limit.asked(due + page * 1_000_000L, 100, Duration.ofSeconds(1).toNanos());
            }
            now = due + 150_000_000;
            limit.lag(now, now - due, 100);
        }
        assertTrue(limit.now() < 100, "limit " + limit.now());
    }

    private void asked(int count, Duration timeLeft) {
        for (int i = 0; i < count; i++) limit.asked(now, 100, timeLeft.toNanos());
    }

    /// A tenth of the time that pages have, and at most a second.
    @ParameterizedTest
    @CsvSource({"2000000000, 190, 210", "9223372036854775807, 990, 1010"})
    void lag_counts_from_a_share_of_the_time_that_pages_have(long timeLeft, int below, int above) {
        asked(1, Duration.ofNanos(timeLeft));
        lags(30, below, 100);
        assertEquals(LoadLimit.NONE, limit.now());
        lags(30, above, 100);
        assertEquals(4, limit.now());
    }

    @Test
    void pages_with_little_time_count_for_more_but_one_of_them_changes_little() {
        asked(1, Duration.ofSeconds(2));
        asked(1, Duration.ofMillis(1));
        lags(30, 150, 100);
        assertEquals(LoadLimit.NONE, limit.now());
        for (int i = 0; i < 100; i++) {
            asked(1, Duration.ofSeconds(2));
            asked(1, Duration.ofMillis(1));
        }
        lags(100, 50, 100);
        assertEquals(4, limit.now());
    }

    /* --- A service whose processors are short --- */

    /// Two processors with one queue, first come first served. A page takes 2 ms of one of them, waits for a
    /// downstream, 20 ms unless the test says otherwise, and takes 2 ms again; a refusal takes 0.1 ms.
    private static final class Model {
        static final long PAGE = Duration.ofMillis(2).toNanos();
        static final long REFUSAL = 100_000;
        static final Duration LASTS = Duration.ofSeconds(12);

        final Scheduler scheduler = Scheduler.builder().platform(new VirtualClock()).build();
        final LoadLimit limit;
        final Bottleneck service;
        final Admission admission = new Admission(scheduler::nanoTime, AdmissionObserver.NONE);
        final PriorityQueue<Long> free = new PriorityQueue<>(List.of(0L, 0L));
        final AtomicInteger good = new AtomicInteger();
        final AtomicInteger late = new AtomicInteger();
        final ConcurrentLinkedQueue<Long> refused = new ConcurrentLinkedQueue<>();

        final Duration deadline;
        final Duration downstream;

        Model(LoadLimit limit, Duration deadline) {
            this(limit, deadline, Duration.ofMillis(20));
        }

        Model(LoadLimit limit, Duration deadline, Duration downstream) {
            this.limit = limit;
            this.deadline = deadline;
            this.downstream = downstream;
            this.service = new Bottleneck("service", limit);
        }

        private void hop(long nanos) {
            long time = scheduler.nanoTime();
            long done;
            synchronized (free) {
                done = Math.max(time, free.remove()) + nanos;
                free.add(done);
            }
            Checkpoints.sleep(Duration.ofNanos(done - time));
        }

        /// So many clients, each of which asks again as soon as it has its answer.
        void runClosed(int clients) {
            scheduler.run("model", () -> Nursery.run("model", nursery -> {
                CancelScope watch = new CancelScope("lag");
                nursery.startSoon("lag", () -> watch.run(this::watch));
                Nursery.run("clients", all -> {
                    for (int i = 0; i < clients; i++) {
                        all.startSoon("client", () -> {
                            while (scheduler.nanoTime() < LASTS.toNanos())
                                request();
                        });
                    }
                });
                watch.cancel();
            }));
        }

        void run(double perSecond) {
            SplittableRandom random = new SplittableRandom(3);
            scheduler.run("model", () -> Nursery.run("model", nursery -> {
                CancelScope watch = new CancelScope("lag");
                nursery.startSoon("lag", () -> watch.run(this::watch));
                while (scheduler.nanoTime() < LASTS.toNanos()) {
                    double gap = -Math.log(1 - random.nextDouble()) / perSecond;
                    Checkpoints.sleep(Duration.ofNanos((long) (gap * 1e9)));
                    nursery.startSoon("request", this::request);
                }
                Checkpoints.sleep(deadline);
                watch.cancel();
            }));
        }

        private void watch() {
            while (true) {
                long due = scheduler.nanoTime() + TICK;
                if (limit instanceof LagLimit lag) lag.due(due);
                Checkpoints.sleep(Duration.ofNanos(TICK));
                hop(1);
                long time = scheduler.nanoTime();
                if (limit instanceof LagLimit lag) lag.lag(time, time - due, service.inFlight());
            }
        }

        private void request() {
            long began = scheduler.nanoTime();
            hop(REFUSAL);
            Entry entry = Crowd
                    .awaited(admission.enter(Priority.NORMAL, List.of(service), deadline.toNanos()));
            boolean counts = began > LASTS.toNanos() / 3;
            if (!(entry instanceof Ticket ticket)) {
                if (counts) refused.add(scheduler.nanoTime() - began);
                return;
            }
            try (ticket) {
                long left = Math.max(0, deadline.toNanos() - (scheduler.nanoTime() - began));
                boolean made = Timeouts.moveOnAfter(Duration.ofNanos(left), () -> {
                    hop(PAGE);
                    Checkpoints.sleep(downstream);
                    hop(PAGE);
                    return true;
                }).orElse(false);
                if (counts) (made ? good : late).incrementAndGet();
            }
        }

        String text() {
            return good + " good, " + late + " late, " + refused.size() + " refused, p99 " + refusedP99();
        }

        double refusedP99() {
            long[] sorted = refused.stream().mapToLong(Long::longValue).sorted().toArray();
            return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(0.99 * sorted.length) - 1] / 1e6;
        }
    }

    /// 476 pages a second are all that the two processors can do.
    @Test
    void short_processors_refuse_early_and_serve_the_rest() {
        LagLimit lag = new LagLimit(4);
        Model model = new Model(lag, Duration.ofMillis(500));
        model.run(2_000);

        double perSecond = model.good.get() / 8.0;
        assertTrue(perSecond >= 0.7 * 425, model.text());
        assertTrue(model.late.get() <= model.good.get() / 20, model.text());
        assertTrue(model.refusedP99() <= 150, model.text());
    }

    @Test
    void without_the_limit_all_are_late() {
        Model model = new Model(() -> LoadLimit.NONE, Duration.ofMillis(500));
        model.run(2_000);

        assertTrue(model.good.get() < 0.2 * 425 * 8, model.text());
        assertEquals(List.of(), Arrays.asList(model.refused.toArray()));
    }

    /// Each page waits some 130 ms for processors.
    @Test
    void clients_that_ask_without_a_pause_are_not_refused_while_pages_are_in_time() {
        LagLimit lag = new LagLimit(4);
        Model model = new Model(lag, Duration.ofSeconds(10));
        model.runClosed(64);

        assertEquals(List.of(), Arrays.asList(model.refused.toArray()), model.text());
        assertEquals(0, model.late.get(), model.text());
        assertTrue(model.good.get() >= 0.95 * 476 * 8, model.text());
    }

    /// 150 pages wait for the downstream while the processors are fully used, not ten as above.
    @ParameterizedTest
    @CsvSource({"600, 1000", "2000, 1000", "700, 3000", "2000, 3000"})
    void pages_that_wait_for_a_slow_downstream_keep_short_processors_busy(int perSecond, int deadlineMillis) {
        Model model = new Model(new LagLimit(4), Duration.ofMillis(deadlineMillis), Duration.ofMillis(300));
        model.run(perSecond);

        assertTrue(model.good.get() >= 0.85 * 476 * 8, model.text());
        assertTrue(model.late.get() <= model.good.get() / 20, model.text());
        assertTrue(!model.refused.isEmpty(), model.text());
    }

    /// Each page would take 1.3 s if none were refused.
    @Test
    void clients_that_ask_without_a_pause_get_as_many_pages_as_can_be_in_time() {
        Model model = new Model(new LagLimit(4), Duration.ofSeconds(1), Duration.ofMillis(300));
        model.runClosed(600);

        assertTrue(model.good.get() >= 0.7 * 476 * 8, model.text());
        assertTrue(model.late.get() <= model.good.get() / 20, model.text());
    }
}
