package dev.structured.service.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LatencyLimitTest {
    private long lag;
    private final LatencyLimit limit = new LatencyLimit(_ -> lag);
    private final SplittableRandom random = new SplittableRandom(5);
    private long now;

    /// A thousand calls a second.
    private void calls(int count, String kind, double millis, int inFlight) {
        for (int i = 0; i < count; i++) call(kind, millis, inFlight);
    }

    private void call(String kind, double millis, int inFlight) {
        now += 1_000_000;
        limit.sample(kind, now, (long) (millis * 1e6 * (0.5 + random.nextDouble())), false, inFlight,
                inFlight);
    }

    @Test
    void there_is_none_while_calls_take_as_long_as_usual_however_many_there_are() {
        calls(2_000, "a", 10, 10);
        calls(2_000, "a", 10, 5_000);
        assertEquals(LoadLimit.NONE, limit.now());
    }

    @Test
    void it_does_not_matter_which_kinds_come_together() {
        for (int i = 0; i < 5_000; i++) call(random.nextBoolean() ? "quick" : "slow", 10, 100);
        calls(3_000, "quick", 5, 100);
        for (int i = 0; i < 100; i++) call("slow", 500, 100);
        for (int round = 0; round < 20; round++) {
            calls(200, "quick", 5, 100);
            calls(200, "slow", 10, 100);
        }
        assertEquals(LoadLimit.NONE, limit.now());
    }

    @Test
    void outliers_and_quick_answers_do_not_make_a_downstream_short() {
        for (int i = 0; i < 60_000; i++) {
            int dice = random.nextInt(100);
            call("a", dice == 0 ? 1_000 : dice < 6 ? 0.5 : 10, 50);
        }
        assertEquals(LoadLimit.NONE, limit.now());
    }

    /// Clients that ask again and again keep the processors busy, and calls wait for those: thirty times as
    /// long as alone, and still not long.
    @Test
    void downstream_of_quick_calls_is_not_short_because_the_machine_is_busy() {
        calls(2_000, "a", 0.2, 1);
        calls(20_000, "a", 6, 64);
        assertEquals(LoadLimit.NONE, limit.now());
    }

    @Test
    void downstream_of_quick_calls_that_has_a_long_queue_is_short() {
        calls(2_000, "a", 0.2, 1);
        calls(500, "a", 60, 300);
        assertTrue(limit.now() >= 4 && limit.now() <= 40, "limit " + limit.now());
    }

    /// The same queue of 90 ms: it matters to pages that have half a second, and not to those that have ten.
    @ParameterizedTest
    @CsvSource({"500, true", "2000, true", "10000, false"})
    void queue_that_is_short_beside_the_time_that_pages_have_does_no_harm(int millis, boolean begins) {
        limit.asked(now, 1, millis * 1_000_000L);
        calls(2_000, "a", 0.2, 1);
        calls(500, "a", 90, 300);
        assertEquals(begins, limit.now() != LoadLimit.NONE, "limit " + limit.now());
    }

    /// A cold start: nearly all of the time of the first calls was lag of the service itself.
    @Test
    void calls_that_were_mostly_lag_do_not_tell_what_is_usual() {
        lag = 20_000_000;
        calls(20, "a", 40, 10);
        lag = 0;
        calls(2_000, "a", 40, 10);
        assertTrue(limit.usualNanos() >= 19e6, "usual " + limit.usualNanos());
    }

    /// The same when lag comes in between.
    @Test
    void usual_time_does_not_fall_because_calls_were_mostly_lag() {
        calls(2_000, "a", 40, 10);
        double before = limit.usualNanos();
        lag = 20_000_000;
        calls(500, "a", 40, 10);
        assertEquals(1, limit.usualNanos() / before, 0.1);
    }

    @Test
    void few_slow_pages_are_not_too_many() {
        calls(1_000, "a", 10, 4);
        calls(1_000, "a", 100, 4);
        assertEquals(LoadLimit.NONE, limit.now());
    }

    @Test
    void it_begins_near_what_gets_through_when_calls_take_twice_as_long() {
        calls(2_000, "a", 10, 10);
        calls(300, "a", 60, 300);
        assertTrue(limit.now() >= 4 && limit.now() <= 30, "limit " + limit.now());
    }

    @Test
    void it_ends_when_it_does_not_bind() {
        calls(2_000, "a", 10, 10);
        calls(300, "a", 60, 300);
        assertTrue(limit.now() < LoadLimit.NONE);
        calls(6_000, "a", 10, 3);
        assertEquals(LoadLimit.NONE, limit.now());
    }

    /// An overload in the morning, and then nobody until noon.
    @Test
    void it_does_not_outlive_a_time_without_pages() {
        calls(2_000, "a", 10, 10);
        calls(300, "a", 60, 300);
        int before = limit.now();
        assertTrue(before < LoadLimit.NONE);
        now += 4_000_000_000L;
        limit.asked(now, 0, 800_000_000);
        assertEquals(before, limit.now());
        now += 2_000_000_000L;
        limit.asked(now, 0, 800_000_000);
        assertEquals(LoadLimit.NONE, limit.now());
        assertTrue(limit.tried() >= 16 && limit.tried() < LoadLimit.NONE, "tried " + limit.tried());
        // 10 ms are still usual.
        calls(300, "a", 40, 300);
        assertTrue(limit.now() < LoadLimit.NONE);
    }

    @Test
    void pages_that_wait_for_a_downstream_without_answers_keep_it() {
        calls(2_000, "a", 10, 10);
        calls(300, "a", 60, 300);
        int before = limit.now();
        now += 60_000_000_000L;
        limit.asked(now, before, 800_000_000);
        assertEquals(before, limit.now());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 10, 20})
    void slow_for_another_reason_than_a_queue_raises_it_until_it_does_not_bind(int times) {
        calls(2_000, "a", 10, 10);
        int most = 100;
        int least = Integer.MAX_VALUE;
        long sum = 0;
        for (int i = 0; i < 60_000; i++) {
            int inFlight = Math.min(most, limit.now());
            least = Math.min(least, inFlight);
            sum += inFlight;
            call("a", 10 * times, inFlight);
        }
        assertTrue(least < most, "it began");
        assertEquals(LoadLimit.NONE, limit.now());
        assertTrue(sum / 60_000 >= 90, "it left " + sum / 60_000 + " places on average");
    }

    @Test
    void calls_that_came_too_late_count_as_slow() {
        calls(2_000, "a", 10, 10);
        for (int i = 0; i < 400; i++) {
            now += 1_000_000;
            limit.sample("a", now, 12_000_000, true, 50, 50);
        }
        assertTrue(limit.now() < 50, "limit " + limit.now());
    }

    /// The same latencies, and the service's own tasks are to blame or not.
    @ParameterizedTest
    @CsvSource({"0, true", "20, false"})
    void time_that_calls_wait_for_the_services_own_processors_tells_nothing(int lagMillis, boolean begins) {
        calls(2_000, "a", 12, 10);
        lag = lagMillis * 1_000_000L;
        calls(500, "a", 52, 60);
        assertEquals(begins, limit.now() != LoadLimit.NONE, "limit " + limit.now());
    }

    @ParameterizedTest
    @CsvSource({"0, true", "100, false"})
    void calls_that_are_late_since_the_service_is_tell_nothing(int lagMillis, boolean begins) {
        calls(2_000, "a", 12, 10);
        lag = lagMillis * 1_000_000L;
        for (int i = 0; i < 400; i++) {
            now += 1_000_000;
            limit.sample("a", now, 212_000_000, true, 50, 50);
        }
        assertEquals(begins, limit.now() != LoadLimit.NONE, "limit " + limit.now());
    }

    /* --- More pages than ever --- */

    private void calls(int count, double millis, int begunWith) {
        for (int i = 0; i < count; i++) {
            now += 1_000_000;
            limit.sample("a", now, (long) (millis * 1e6), false, begunWith, begunWith);
        }
    }

    @Test
    void pages_grow_by_half_of_those_that_were_quick() {
        calls(10, 40, 4);
        assertEquals(16, limit.tried());
        calls(1, 40, 40);
        assertEquals(60, limit.tried());
        calls(5, 100, 80);
        assertEquals(60, limit.tried());
        calls(1, 40, 60);
        assertEquals(90, limit.tried());
        now += 21_000_000_000L;
        calls(1, 40, 4);
        assertEquals(16, limit.tried());
    }

    @Test
    void it_begins_at_once_when_calls_are_slow_with_more_pages_than_ever() {
        calls(100, 40, 10);
        calls(6, 70, 16);
        assertEquals(LoadLimit.NONE, limit.now());
        calls(1, 70, 16);
        assertTrue(limit.now() >= 6 && limit.now() <= 16, "limit " + limit.now());
        assertEquals(LoadLimit.NONE, limit.tried());
    }

    @Test
    void calls_that_are_slow_with_as_many_pages_as_before_do_not_begin_it_at_once() {
        calls(100, 40, 30);
        calls(20, 70, 30);
        assertEquals(LoadLimit.NONE, limit.now());
    }

    @Test
    void single_slow_calls_with_more_pages_than_ever_do_not_begin_it() {
        calls(100, 40, 10);
        for (int i = 0; i < 100; i++) calls(1, i % 3 == 0 ? 90 : 40, 11 + i);
        assertEquals(LoadLimit.NONE, limit.now());
    }

    @Test
    void wait_in_vain_begins_it_if_the_last_calls_were_slow_and_not_otherwise() {
        calls(100, 40, 10);
        limit.waitedInVain(now);
        assertEquals(LoadLimit.NONE, limit.now());
        calls(2, 70, 16);
        limit.waitedInVain(now);
        assertTrue(limit.now() >= 6 && limit.now() <= 16, "limit " + limit.now());
    }
}
