package dev.structured.service.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.balance.Fleet.Script;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/// Three replicas, one of which is in trouble, behind the engine and the guards: what pages notice of it.
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReplicasTest {
    private static final Duration LASTS = Duration.ofSeconds(20);
    private static final Duration WARM = Duration.ofSeconds(2);

    /// Answers after 5 to 15 ms, on average 10, times a factor.
    private static Script usual(double factor) {
        SplittableRandom random = new SplittableRandom(11);
        return _ -> {
            double millis;
            synchronized (random) {
                millis = factor * (5 + 10 * random.nextDouble());
            }
            return Fleet.after(millis);
        };
    }

    private static Fleet fleet(Script third) {
        return new Fleet().does("a", usual(1)).does("b", usual(1)).does("c", third);
    }

    private static Pages.Result pages(double perSecond, Script third, String... keys) throws Exception {
        return new Pages(fleet(third), perSecond, LASTS, WARM).of(keys);
    }

    private static void slowOneIsHardlyNoticed(double perSecond, String... keys) throws Exception {
        Pages.Result good = pages(perSecond, usual(1), keys);
        Pages.Result slow = pages(perSecond, usual(10), keys);
        assertTrue(slow.p99() <= 1.3 * good.p99(), good + " without, " + slow + " with a slow one");
        assertEquals(0, slow.incomplete(), slow::toString);
    }

    @Test
    void one_that_is_ten_times_slower_is_hardly_noticed() throws Exception {
        slowOneIsHardlyNoticed(200);
    }

    @Test
    void nor_is_it_under_little_or_much_load() throws Exception {
        slowOneIsHardlyNoticed(50);
        slowOneIsHardlyNoticed(600);
    }

    @Test
    void nor_is_it_with_all_guards() throws Exception {
        slowOneIsHardlyNoticed(200, "adaptiveLimit: {}", "breaker: {}", "retry: {}", "hedge: p95");
    }

    @Test
    void round_robin_shows_it() throws Exception {
        Pages.Result good = pages(200, usual(1), "choice: round_robin");
        Pages.Result slow = pages(200, usual(10), "choice: round_robin");
        assertTrue(slow.p99() >= 5 * good.p99(), good + " without, " + slow + " with a slow one");
    }

    @Test
    void one_that_fails_at_once_gets_hardly_a_call() throws Exception {
        Pages.Result broken = pages(200, _ -> Fleet.after(1, 500));
        assertTrue(broken.share("c") <= 0.01, broken::toString);
        assertTrue(broken.incomplete() <= broken.counted() / 100, broken::toString);
        Pages.Result retried = pages(200, _ -> Fleet.after(1, 500), "retry: {statuses: [500]}");
        assertEquals(0, retried.incomplete(), retried::toString);
    }

    @Test
    void one_that_hangs_gets_hardly_a_call() throws Exception {
        Pages.Result hanging = pages(200, Fleet.HANGS);
        assertTrue(hanging.share("c") <= 0.01, hanging::toString);
    }

    @Test
    void one_in_trouble_leaves_breaker_and_limit_as_they_are() throws Exception {
        String[] guards = {"adaptiveLimit: {}", "breaker: {}"};
        Pages.Result good = pages(200, usual(1), guards);
        for (Script third : new Script[]{usual(10), _ -> Fleet.after(1, 503), _ -> Fleet.asksForPause(2)}) {
            Pages.Result result = pages(200, third, guards);
            assertTrue(result.incomplete() <= result.counted() / 50, result::toString);
            assertTrue(result.limit() >= good.limit() / 2, good + ", then " + result);
        }
    }

    @Test
    void all_in_trouble_are_all_asked_and_the_breaker_decides() throws Exception {
        Script broken = _ -> Fleet.after(1, 500);
        Fleet fleet = new Fleet().does("a", broken).does("b", broken).does("c", broken);
        Pages.Result result = new Pages(fleet, 200, LASTS, WARM).of("breaker: {openFor: 1s}");
        for (String each : new String[]{"a", "b", "c"}) {
            assertTrue(result.share(each) > 0.15, result::toString);
        }
        int calls = result.calls().values().stream().mapToInt(Integer::intValue).sum();
        assertTrue(calls < 200, "the breaker is open most of the time: " + result);
    }
}
