package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.config.TransferConfig;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = 1_000_000_000;
    private static final long BEGUN = 77;

    /// 100 B a second over 5 s, and 60 s in all.
    private final Pace pace = new Pace(Duration.ofSeconds(60), limits(100), BEGUN);

    private static TransferConfig limits(int rate) {
        return new TransferConfig(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10),
                rate,
                Duration.ofSeconds(5), 1 << 20);
    }

    @Test
    void nothing_is_judged_before_the_first_window_has_passed() {
        assertFalse(pace.isTooSlow(BEGUN + 5 * SECOND - 1, 0));
        assertTrue(pace.isTooSlow(BEGUN + 5 * SECOND, 499));
    }

    @Test
    void each_window_counts_anew() {
        assertFalse(pace.isTooSlow(BEGUN + 5 * SECOND, 1_000_000));
        assertFalse(pace.isTooSlow(BEGUN + 10 * SECOND, 1_000_500));
        assertTrue(pace.isTooSlow(BEGUN + 15 * SECOND, 1_000_999));
    }

    @Test
    void absolute_limit_holds_at_any_rate() {
        assertFalse(pace.isTooSlow(BEGUN + 60 * SECOND - 1, 1 << 30));
        assertTrue(pace.isTooSlow(BEGUN + 60 * SECOND, 1 << 30));
    }

    @Test
    void rate_of_zero_leaves_the_absolute_limit_alone() {
        Pace lenient = new Pace(Duration.ofSeconds(60), limits(0), BEGUN);
        for (int second = 1; second < 60; second++) {
            assertFalse(lenient.isTooSlow(BEGUN + second * SECOND, 0));
        }
        assertTrue(lenient.isTooSlow(BEGUN + 60 * SECOND, 0));
    }

    /// The largest values that the configuration allows.
    @Test
    void largest_rate_does_not_overflow() {
        Pace fast = new Pace(Duration.ofMinutes(60), new TransferConfig(Duration.ofSeconds(10),
                Duration.ofSeconds(10), Duration.ofSeconds(10), 1 << 20, Duration.ofSeconds(60), 1 << 20),
                BEGUN);
        assertTrue(fast.isTooSlow(BEGUN + 60 * SECOND, 60 * (1L << 20) - 1));
    }
}
