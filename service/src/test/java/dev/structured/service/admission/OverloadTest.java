package dev.structured.service.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.config.Priority;
import dev.structured.service.guard.Stalls;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Goals of overload, in virtual time: a server with ten workers, and clients that do not wait for each
/// other.
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OverloadTest {
    private static final int WORKERS = 10;

    @ParameterizedTest
    @CsvSource({"10, 3", "10, 10", "100, 3", "100, 10"})
    void goodput_and_latency_stay_and_refusals_are_quick(int serviceMillis, int times) {
        double most = 1_000.0 * WORKERS / serviceMillis;
        Crowd crowd = Crowd.of(WORKERS, Duration.ofMillis(serviceMillis));
        Crowd.Stream all = crowd.clients(Priority.NORMAL, most * times);
        crowd.run(Duration.ofSeconds(20));
        String text = all.text(5, 20);

        assertTrue(all.goodput(5, 20) >= 0.95 * most, text);
        assertTrue(all.p99(5, 20) <= 2.5 * serviceMillis, text);
        assertTrue(all.refusedP99(5, 20) < 5, text);
        assertEquals(0, all.late(5, 20), text);
    }

    @ParameterizedTest
    @CsvSource({"10, 3", "40, 3", "100, 3", "10, 10", "40, 10", "100, 10"})
    void beginning_of_an_overload_is_no_exception(int serviceMillis, int times) {
        double most = 1_000.0 * WORKERS / serviceMillis;
        Crowd crowd = Crowd.of(WORKERS, Duration.ofMillis(serviceMillis));
        crowd.clients(Priority.NORMAL, most / 2);
        Crowd.Stream more = crowd.clients(Priority.NORMAL, most * (times - 0.5)).from(Duration.ofSeconds(5));
        crowd.run(Duration.ofSeconds(20));
        String text = more.text(5, 20) + "\n" + more.text(5, 6);

        assertTrue(more.goodput(5, 20) + most / 2 * more.share(5, 20) / 100 >= 0.95 * most, text);
        assertTrue(more.p99(5, 20) <= 2.5 * serviceMillis, text);
        assertTrue(more.p99(5, 6) <= 3.5 * serviceMillis, text);
        assertEquals(0, more.late(5, 20), text);
    }

    /// A machine whose neighbours are busy: the service itself does not get on now and then, also when the
    /// first calls end (seed 10), so that hardly anything of their time counts as the downstream's.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10})
    void stalls_of_the_service_itself_do_not_hide_what_is_usual(int seed) {
        Duration lasts = Duration.ofSeconds(30);
        Stalls stalls = Stalls.random(seed, Duration.ofSeconds(1), Duration.ofMillis(50), lasts);
        Crowd crowd = Crowd.of(WORKERS, Duration.ofMillis(40));
        crowd.stalls(stalls);
        crowd.clients(Priority.NORMAL, 125);
        Crowd.Stream more = crowd.clients(Priority.NORMAL, 625).from(Duration.ofSeconds(5));
        crowd.run(lasts);
        String text = more.text(5, 30);

        assertTrue(more.goodput(5, 30) * 6 / 5 >= 0.95 * 250, text);
        assertTrue(more.p99(5, 30) <= 2.5 * 40 + 50, text);
        assertEquals(0, more.late(5, 30), text);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void stalls_of_the_downstream_do_not_raise_the_limit_for_long(int seed) {
        Duration lasts = Duration.ofSeconds(30);
        Stalls stalls = Stalls.random(seed, Duration.ofMillis(500), Duration.ofMillis(100), lasts);
        Crowd crowd = Crowd.of(WORKERS, Duration.ofMillis(40));
        crowd.server.stalls(stalls);
        Crowd.Stream all = crowd.clients(Priority.NORMAL, 750);
        crowd.run(lasts);
        String text = all.text(5, 30);

        double possible = 250 * stalls.share(Duration.ofSeconds(5), lasts);
        assertTrue(all.goodput(5, 30) >= 0.95 * possible, text + " of " + possible);
        assertTrue(all.p99(5, 30) <= 2.5 * 40 + 100, text);
    }

    /// It was quick, and has become slow for good: what it can do now is less than what clients ask for.
    @ParameterizedTest
    @ValueSource(ints = {2, 4, 6, 10})
    void downstream_that_has_become_slow_is_used_to_the_full_without_a_queue(int times) {
        Crowd crowd = Crowd.of(WORKERS, Duration.ofMillis(10));
        Crowd.Stream all = crowd.clients(Priority.NORMAL, 800);
        crowd.serviceAt(Duration.ofSeconds(8), Duration.ofMillis(10L * times));
        crowd.run(Duration.ofSeconds(40));
        String text = all.text(8, 20) + "\n" + all.text(20, 40);

        assertTrue(all.goodput(20, 40) >= 0.95 * 1_000 / times, text);
        assertTrue(all.p99(20, 40) <= 2.5 * 10 * times, text);
        assertEquals(0, all.late(8, 40), text);
    }

    @Test
    void beginning_of_an_overload_by_a_lower_class_hardly_shows() {
        Crowd crowd = Crowd.of(WORKERS, Duration.ofMillis(40));
        Crowd.Stream high = crowd.clients(Priority.NORMAL, 125);
        Crowd.Stream low = crowd.clients(Priority.LOW, 3_000).from(Duration.ofSeconds(5));
        crowd.run(Duration.ofSeconds(20));
        String text = high.text(5, 20) + "\n" + high.text(5, 6) + "\n" + low.text(5, 20);

        assertTrue(high.share(5, 20) >= 99.4, text);
        assertTrue(high.share(5, 6) >= 90, text);
        assertEquals(0, high.late(5, 20), text);
        assertTrue(low.share(5, 20) >= 1, text);
    }

    /// A downstream that can do all of it, though there were never so many pages: those that come together
    /// wait for what becomes of the first ones.
    @Test
    void burst_that_can_be_borne_is_served_as_a_whole() {
        Crowd crowd = Crowd.of(1_000, Duration.ofMillis(40));
        crowd.clients(Priority.NORMAL, 100);
        Crowd.Stream burst = crowd.clients(Priority.NORMAL, 10_000).from(Duration.ofSeconds(3));
        crowd.run(Duration.ofSeconds(4));
        String text = burst.text(3, 4);

        assertEquals(100, burst.share(3, 4), text);
        assertTrue(burst.p99(3, 4) <= 4.5 * 40, text);
        assertEquals(LoadLimit.NONE, crowd.bottleneck.limit());
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100})
    void load_that_can_be_borne_is_not_touched(int serviceMillis) {
        double most = 1_000.0 * WORKERS / serviceMillis;
        Crowd crowd = Crowd.of(WORKERS, Duration.ofMillis(serviceMillis));
        Crowd.Stream all = crowd.clients(Priority.NORMAL, most * 0.7);
        crowd.run(Duration.ofSeconds(20));

        assertEquals(100, all.share(0, 20), all.text(0, 20));
        assertEquals(LoadLimit.NONE, crowd.bottleneck.limit());
    }

    @ParameterizedTest
    @CsvSource({"0.5, 10", "0.7, 10", "0.5, 100"})
    void twelve_times_as_much_of_a_lower_class_hardly_shows(double share, int serviceMillis) {
        double most = 1_000.0 * WORKERS / serviceMillis;
        Crowd quiet = Crowd.of(WORKERS, Duration.ofMillis(serviceMillis));
        Crowd.Stream alone = quiet.clients(Priority.NORMAL, most * share);
        quiet.run(Duration.ofSeconds(20));
        Crowd crowd = Crowd.of(WORKERS, Duration.ofMillis(serviceMillis));
        Crowd.Stream high = crowd.clients(Priority.NORMAL, most * share);
        Crowd.Stream low = crowd.clients(Priority.LOW, most * 12);
        crowd.run(Duration.ofSeconds(20));
        String text = "alone: " + alone.text(5, 20) + "\n" + high.text(5, 20) + "\n" + low.text(5, 20);

        assertTrue(high.share(5, 20) >= 99.4, text);
        assertTrue(high.p99(5, 20) <= 1.5 * alone.p99(5, 20), text);
        for (int second = 5; second < 20; second += 3) {
            assertTrue(low.share(second, second + 3) >= 1, text + "\n" + low.text(second, second + 3));
        }
    }

    @Test
    void lowest_class_has_one_page_in_a_hundred_even_if_a_higher_one_could_fill_everything() {
        Crowd crowd = Crowd.of(WORKERS, Duration.ofMillis(10));
        Crowd.Stream high = crowd.clients(Priority.CRITICAL, 3_000);
        Crowd.Stream low = crowd.clients(Priority.BULK, 3_000);
        crowd.run(Duration.ofSeconds(15));
        String text = high.text(5, 15) + "\n" + low.text(5, 15);

        double share = low.goodput(5, 15) / (low.goodput(5, 15) + high.goodput(5, 15));
        assertTrue(share >= 0.0095 && share < 0.05, share + "\n" + text);
        assertTrue(high.goodput(5, 15) >= 930, text);
    }

    /// A trigger of five seconds at 80 % load: the server at a tenth of its speed. Clients that get no page
    /// ask again, three times.
    private static Crowd.Stream recovery(Crowd crowd, int seconds) {
        Crowd.Stream all = crowd.clients(Priority.NORMAL, 800, 3, Duration.ofMillis(100));
        crowd.serviceAt(Duration.ofSeconds(8), Duration.ofMillis(100));
        crowd.serviceAt(Duration.ofSeconds(13), Duration.ofMillis(10));
        crowd.run(Duration.ofSeconds(seconds));
        return all;
    }

    @Test
    void after_a_trigger_the_service_recovers_within_five_seconds() {
        Crowd.Stream all = recovery(Crowd.of(WORKERS, Duration.ofMillis(10)), 30);

        assertTrue(all.goodput(5, 8) >= 760, all.text(5, 8));
        assertTrue(all.goodput(9, 13) <= 120, all.text(9, 13));
        for (int second = 18; second < 30; second++) {
            assertTrue(all.share(second, second + 1) >= 95, all.text(second, second + 1));
        }
        assertTrue(all.goodput(18, 30) >= 0.95 * 800, all.text(18, 30));
    }

    @Test
    void without_admission_the_same_trigger_keeps_it_down_for_a_minute() {
        Crowd.Stream all = recovery(Crowd.unprotected(WORKERS, Duration.ofMillis(10)), 73);

        assertTrue(all.goodput(5, 8) >= 760, all.text(5, 8));
        for (int second = 13; second < 73; second += 5) {
            assertTrue(all.goodput(second, second + 5) < 0.2 * 800, all.text(second, second + 5));
        }
    }
}
