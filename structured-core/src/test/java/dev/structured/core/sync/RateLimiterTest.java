package dev.structured.core.sync;

import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static dev.structured.testing.CheckpointAssertions.assertNoCheckpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.testing.Simulation;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
    private static final int SEEDS = 1_000;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static List<Duration> millis(long... times) {
        return Arrays.stream(times).mapToObj(Duration::ofMillis).toList();
    }

    @StructuredTest
    void permits_come_at_an_even_pace(VirtualClock clock) {
        RateLimiter limiter = new RateLimiter("mail", 4, SECOND);
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            limiter.acquire();
            times.add(clock.now());
        }
        assertEquals(millis(0, 250, 500, 750), times);
    }

    @StructuredTest
    void permits_that_nobody_takes_are_kept_up_to_the_burst(VirtualClock clock) {
        RateLimiter limiter = new RateLimiter("mail", 1, SECOND, 3);
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            limiter.acquire();
            times.add(clock.now());
        }
        Checkpoints.sleep(Duration.ofSeconds(10));
        for (int i = 0; i < 4; i++) {
            limiter.acquire();
            times.add(clock.now());
        }
        assertEquals(millis(0, 0, 0, 1_000, 11_000, 11_000, 11_000, 12_000), times);
        assertEquals(new RateLimiter.Statistics(3, 8, 0), limiter.statistics());
    }

    @StructuredTest
    void first_come_first_served_and_nobody_overtakes(VirtualClock clock) {
        RateLimiter limiter = new RateLimiter("mail", 1, SECOND);
        List<String> order = new CopyOnWriteArrayList<>();
        limiter.acquire();
        Nursery.run(nursery -> {
            for (String name : List.of("ann", "bob", "cid")) {
                nursery.startSoon(name, () -> {
                    limiter.acquire();
                    order.add(name + " at " + clock.now());
                });
                clock.settle();
            }
            assertEquals(3, limiter.statistics().waiting());
            Checkpoints.sleep(SECOND);
            assertFalse(limiter.tryAcquire());
        });
        assertEquals(List.of("ann at PT1S", "bob at PT2S", "cid at PT3S"), order);
        assertFalse(limiter.tryAcquire());
        Checkpoints.sleep(SECOND);
        assertTrue(limiter.tryAcquire());
    }

    @StructuredTest
    void task_that_is_cancelled_takes_nothing_and_the_next_one_goes_on_in_its_place(VirtualClock clock) {
        RateLimiter limiter = new RateLimiter(null, 1, SECOND);
        limiter.acquire();
        List<Duration> times = new CopyOnWriteArrayList<>();
        Nursery.run(nursery -> {
            CancelScope hasty = new CancelScope().withTimeout(Duration.ofMillis(500));
            nursery.startSoon("hasty", () -> hasty.run(limiter::acquire));
            clock.settle();
            nursery.startSoon("patient", () -> {
                limiter.acquire();
                times.add(clock.now());
            });
        });
        assertEquals(millis(1_000), times);
        assertEquals(2, limiter.statistics().taken());
    }

    @StructuredTest
    void acquiring_is_a_checkpoint_and_trying_is_not() {
        RateLimiter limiter = new RateLimiter(null, 1, SECOND, 100);
        assertCheckpoint(limiter::acquire);
        assertNoCheckpoint(() -> {
            limiter.tryAcquire();
        });
    }

    @StructuredTest
    void figures_out_of_range_are_refused_and_extreme_ones_work(VirtualClock clock) {
        for (Runnable wrong : Stream.<Runnable>of(() -> new RateLimiter(null, 0, SECOND),
                () -> new RateLimiter(null, 1, Duration.ZERO), () -> new RateLimiter(null, 1, SECOND, 0),
                () -> new RateLimiter(null, 1, Duration.ofSeconds(Long.MAX_VALUE))).toList()) {
            assertThrows(IllegalArgumentException.class, wrong::run);
        }
        RateLimiter fast = new RateLimiter(null, Integer.MAX_VALUE, Duration.ofNanos(1), Integer.MAX_VALUE);
        for (int i = 0; i < 1_000; i++) fast.acquire();
        assertEquals(Duration.ZERO, clock.now());
        RateLimiter slow = new RateLimiter(null, 1, Duration.ofDays(36_500), Integer.MAX_VALUE);
        assertTrue(slow.tryAcquire());
        assertTrue(slow.tryAcquire());
        assertFalse(slow.tryAcquire());
    }

    /// Cancelled anywhere: those that got a permit got it in time, never more than the pace allows, and in
    /// their order.
    @Test
    void pace_is_kept_whoever_is_cancelled() {
        assertTrue(Simulation.check(SEEDS, simulation -> {
            int burst = 1 + simulation.random().nextInt(2);
            RateLimiter limiter = new RateLimiter("pace", 10, SECOND, burst);
            List<Long> times = new ArrayList<>();
            int[] cancelled = {0};
            long[] begun = {0};
            simulation.run(() -> Nursery.run(nursery -> {
                begun[0] = Scheduler.current().nanoTime();
                for (int i = 0; i < 5; i++) {
                    CancelScope scope = new CancelScope();
                    if (i % 2 == 0) simulation.cancelAnywhere(scope);
                    nursery.startSoon("caller", () -> {
                        boolean[] got = {false};
                        scope.run(() -> {
                            limiter.acquire();
                            got[0] = true;
                        });
                        if (got[0]) times.add(Scheduler.current().nanoTime());
                        else
                            cancelled[0]++;
                    });
                }
            }));
            assertEquals(5, times.size() + cancelled[0]);
            assertEquals(times.size(), limiter.statistics().taken());
            assertEquals(0, limiter.statistics().waiting());
            for (int i = burst; i < times.size(); i++) {
                long since = times.get(i) - begun[0];
                assertTrue(since >= (i + 1 - burst) * 100_000_000L, i + " permits after " + since + " ns");
            }
        }).schedules() > SEEDS / 20);
    }

    /// Times of two clocks cannot be compared: one of the two would wait for hours, or never.
    @Test
    void tasks_by_another_clock_are_refused() {
        RateLimiter limiter = new RateLimiter("mail", 1, SECOND);
        assertTrue(by(new VirtualClock()).call("first", limiter::tryAcquire));
        Scheduler other = by(new VirtualClock());
        for (Runnable use : List.<Runnable>of(limiter::acquire, limiter::tryAcquire)) {
            String refusal = assertThrows(IllegalStateException.class, () -> other.run("second", use::run))
                    .getMessage();
            assertEquals("Task 'second' cannot take a permit of rate limiter 'mail': its scheduler has"
                    + " another clock than that of the tasks that have used the limiter before."
                    + " Make a limiter for each clock.", refusal);
        }
        assertEquals(new RateLimiter.Statistics(1, 1, 0), limiter.statistics());
    }

    /// It is told at once, not when its turn comes.
    @Test
    void task_by_another_clock_is_refused_while_others_wait() {
        RateLimiter limiter = new RateLimiter("mail", 1, SECOND);
        AtomicInteger refused = new AtomicInteger();
        Scheduler other = by(new VirtualClock());
        by(new VirtualClock()).run("first", () -> Nursery.run(nursery -> {
            limiter.acquire();
            nursery.startSoon("waits", limiter::acquire);
            Checkpoints.sleep(SECOND.dividedBy(2));
            assertEquals(1, limiter.statistics().waiting());
            Thread thread = Thread.ofPlatform().start(() -> {
                for (Runnable use : List.<Runnable>of(limiter::acquire, limiter::tryAcquire)) {
                    assertThrows(IllegalStateException.class, () -> other.run("second", use::run));
                    refused.incrementAndGet();
                }
            });
            thread.join();
        }));
        assertEquals(2, refused.get());
    }

    private static Scheduler by(VirtualClock clock) {
        return Scheduler.builder().platform(clock).build();
    }
}
