package dev.structured.service.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.config.RateLimitConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which requests are counted, and which are refused.
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RateLimitsTest {
    private static final RateLimitConfig TEN_A_MINUTE = new RateLimitConfig(10, Duration.ofMinutes(1),
            RateLimitConfig.By.CALLER, false);
    private long now = Long.MAX_VALUE - 5_000_000_000L; // the scheduler's time may overflow
    private final RateLimits limits = new RateLimits();

    private RateLimits.Decision count(String who) {
        return limits.count("GET /x", TEN_A_MINUTE, who, now);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void bucket_is_spent_at_once_and_comes_back_one_by_one() {
        for (int left = 9; left >= 0; left--) {
            RateLimits.Decision decision = count("a");
            assertTrue(decision.allowed());
            assertEquals(left, decision.remaining());
        }
        RateLimits.Decision refused = count("a");
        assertFalse(refused.allowed());
        assertEquals(Duration.ofSeconds(6).toNanos(), refused.retryNanos());
        assertEquals(Duration.ofMinutes(1).toNanos(), refused.resetNanos());
        pass(Duration.ofSeconds(6).minusNanos(1));
        assertFalse(count("a").allowed());
        pass(Duration.ofNanos(1));
        assertTrue(count("a").allowed());
        assertFalse(count("a").allowed());
        pass(Duration.ofHours(2));
        assertEquals(9, count("a").remaining());
    }

    @Test
    void refused_requests_cost_nothing() {
        for (int i = 0; i < 1_000; i++) count("a");
        pass(Duration.ofSeconds(6));
        assertTrue(count("a").allowed());
    }

    @Test
    void others_have_buckets_of_their_own() {
        for (int i = 0; i < 20; i++) count("a");
        assertTrue(count("b").allowed());
        assertTrue(limits.count("GET /y", TEN_A_MINUTE, "a", now).allowed());
        assertTrue(limits.count("GET /x",
                new RateLimitConfig(10, Duration.ofMinutes(2), RateLimitConfig.By.CALLER, false), "a", now)
                .allowed());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 1", "1000000, 1", "7, 3600"})
    void no_more_than_the_limit_are_allowed_at_once(int requests, int seconds) {
        RateLimitConfig policy = new RateLimitConfig(requests, Duration.ofSeconds(seconds),
                RateLimitConfig.By.ROUTE, false);
        int allowed = 0;
        for (int i = 0; i < requests + 5; i++) if (limits.count("r", policy, "", now).allowed()) allowed++;
        assertEquals(requests, allowed);
    }

    @Test
    void many_threads_get_no_more_than_one() throws InterruptedException {
        AtomicInteger allowed = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                for (int each = 0; each < 1_000; each++) if (count("a").allowed()) allowed.incrementAndGet();
            }));
        }
        for (Thread thread : threads) thread.join();
        assertEquals(10, allowed.get());
    }

    @Test
    void million_of_callers_is_bounded_and_pushes_nobody_out() {
        for (int i = 0; i < 10; i++) assertTrue(count("busy").allowed());
        for (int i = 0; i < 1_000_000; i++) {
            count("once" + i);
            if (i % 100 == 0) assertFalse(count("busy").allowed(), "the busy one was forgotten after " + i);
        }
        assertTrue(limits.size() <= RateLimits.MOST, "buckets: " + limits.size());
    }

    @Test
    void million_of_callers_takes_at_most_32_MB_and_leaves_others_what_they_had() {
        int allowed = 0;
        long before = usedHeap();
        for (int i = 0; i < 1_000_000; i++) {
            count("subject company 3f2a8c1e-0000-4000-8000-" + i);
            if (i % 1_000 == 0 && count("busy").allowed()) allowed++;
        }
        for (int i = 0; i < 100_000; i++) count("subject company " + "x".repeat(2_000) + i);
        long more = usedHeap() - before;
        assertTrue(more <= 32L * 1024 * 1024, "more heap: " + more);
        assertEquals(10, allowed);
        assertTrue(limits.size() > 0, "they have been there until now");
    }

    /// Returns what is left of the heap's use by a few collections.
    private static long usedHeap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(least, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }

    @Test
    void long_names_are_told_apart() {
        String name = "x".repeat(3_000);
        for (int i = 0; i < 10; i++) assertTrue(count(name + "a").allowed());
        assertFalse(count(name + "a").allowed());
        assertEquals(9, count(name + "b").remaining());
    }
}
