package dev.structured.service.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.record.Count;
import dev.structured.service.record.Tallies.PartSum;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each rule has numbers that raise it, and numbers close to them that must not.
class LintsTest {
    private static final String ROUTE = "GET /a";

    private static PartSum part(double p50, Map<Count, Integer> counts) {
        return part(p50, 2 * p50, counts);
    }

    private static PartSum part(double p50, double answeredP99, Map<Count, Integer> counts) {
        return PartSum.of(ROUTE, "reviews", "ratings", counts, p50, 2 * p50, answeredP99, 300, 800);
    }

    private static DownstreamView downstream(int openings, int inFlight, int queued, boolean caches,
            boolean shares, DownstreamView.Endpoint... endpoints) {
        return new DownstreamView("ratings", "closed", openings, inFlight, queued, 64, 3, 100, 0, 5, 9, 0, 0,
                caches, shares, List.of(endpoints), false, null);
    }

    private static List<String> of(List<PartSum> parts, DownstreamView downstream) {
        return Lints.of(new Lints.Readings(parts, List.of(downstream), 1_000, 0, Lints.Faults.NONE)).stream()
                .map(Lint::id)
                .toList();
    }

    private static List<String> of(PartSum part) {
        return of(List.of(part), downstream(0, 3, 0, false, false));
    }

    @Test
    void numbers_at_rest_raise_nothing() {
        assertEquals(List.of(), Lints.of(new Lints.Readings(List.of(), List.of(), 0, 0, Lints.Faults.NONE)));
        assertEquals(List.of(), of(part(5, Map.of(Count.PARTS, 1_000, Count.ATTEMPTS, 1_000))));
    }

    @ParameterizedTest
    @CsvSource({"40, 20, true", "40, 19, false", "19, 19, false", "1000, 499, false"})
    void budget_that_ends_most_calls(int parts, int ended, boolean raised) {
        assertEquals(raised ? List.of("budget-ends") : List.of(),
                of(part(300, Map.of(Count.PARTS, parts, Count.BUDGET_ENDED, ended))));
    }

    @Test
    void budget_lint_says_whether_the_downstream_is_slow_for_all_or_some() {
        Map<Count, Integer> counts = Map.of(Count.PARTS, 40, Count.BUDGET_ENDED, 30);
        assertTrue(text(part(300, counts)).contains("Even the median call takes the whole budget"));
        assertTrue(text(part(20, counts)).contains("Half of its calls answer within 20 ms"));
    }

    private static String text(PartSum part) {
        Lint only = Lints.of(new Lints.Readings(List.of(part), List.of(), 100, 0, Lints.Faults.NONE))
                .getFirst();
        assertEquals("route=GET+%2Fa&reason=timeout", only.query());
        assertEquals("reviews", only.about());
        return only.text();
    }

    @ParameterizedTest
    @CsvSource({"100, 4, true", "100, 5, false", "19, 0, false"})
    void hedges_that_never_win(int hedged, int won, boolean raised) {
        assertEquals(raised ? List.of("hedges-lose") : List.of(),
                of(part(5, Map.of(Count.PARTS, 1_000, Count.HEDGED, hedged, Count.HEDGE_WON, won))));
    }

    @ParameterizedTest
    @CsvSource({"100, 4, true", "100, 5, false", "19, 0, false"})
    void retries_that_never_help(int retried, int helped, boolean raised) {
        assertEquals(raised ? List.of("retries-fail") : List.of(),
                of(part(5, Map.of(Count.PARTS, 1_000, Count.RETRIED, retried, Count.RETRY_HELPED, helped))));
    }

    @Test
    void list_that_is_cut() {
        assertEquals(List.of("list-cut"), of(part(5, Map.of(Count.PARTS, 9, Count.LIST_CUT, 1))));
    }

    @Test
    void breaker_that_flaps() {
        assertEquals(List.of("breaker-flaps"), of(List.of(), downstream(3, 0, 0, false, false)));
        assertEquals(List.of(), of(List.of(), downstream(2, 0, 0, false, false)));
    }

    @Test
    void limit_that_is_full() {
        assertEquals(List.of("limit-full"), of(List.of(), downstream(0, 64, 20, false, false)));
        assertEquals(List.of(), of(List.of(), downstream(0, 64, 19, false, false)));
        assertEquals(List.of(), of(List.of(), downstream(0, 63, 30, false, false)));
    }

    @Test
    void cache_that_never_hits() {
        PartSum never = part(5, Map.of(Count.PARTS, 200, Count.ATTEMPTS, 200));
        PartSum once = part(5, Map.of(Count.PARTS, 200, Count.ATTEMPTS, 200, Count.FROM_CACHE, 1));
        assertEquals(List.of("cache-idle"), of(List.of(never), downstream(0, 0, 0, true, false)));
        assertEquals(List.of(), of(List.of(once), downstream(0, 0, 0, true, false)));
        assertEquals(List.of(), of(List.of(never), downstream(0, 0, 0, false, false)));
    }

    @Test
    void sharing_that_never_shares() {
        PartSum never = part(5, Map.of(Count.PARTS, 200, Count.ATTEMPTS, 200));
        PartSum once = part(5, Map.of(Count.PARTS, 200, Count.ATTEMPTS, 200, Count.SHARED, 1));
        assertEquals(List.of("sharing-idle"), of(List.of(never), downstream(0, 0, 0, false, true)));
        assertEquals(List.of(), of(List.of(once), downstream(0, 0, 0, false, true)));
    }

    @Test
    void endpoint_that_is_slower_than_its_peers() {
        DownstreamView.Endpoint quick = new DownstreamView.Endpoint("a:1", null, 0, 10, 100, 0);
        DownstreamView.Endpoint slow = new DownstreamView.Endpoint("b:1", null, 0, 30, 100, 0);
        DownstreamView.Endpoint fine = new DownstreamView.Endpoint("c:1", null, 0, 29, 100, 0);
        DownstreamView.Endpoint fresh = new DownstreamView.Endpoint("d:1", null, 0, 90, 19, 0);
        assertEquals(List.of("endpoint-slow"), of(List.of(), downstream(0, 0, 0, false, false, quick, slow)));
        assertEquals(List.of(), of(List.of(), downstream(0, 0, 0, false, false, quick, fine, fresh)));
    }

    @Test
    void clients_that_leave() {
        assertEquals(List.of("clients-leave"),
                ids(new Lints.Readings(List.of(), List.of(), 200, 20, Lints.Faults.NONE)));
        assertEquals(List.of(), ids(new Lints.Readings(List.of(), List.of(), 201, 20, Lints.Faults.NONE)));
        assertEquals(List.of(), ids(new Lints.Readings(List.of(), List.of(), 20, 19, Lints.Faults.NONE)));
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 0, cancellation-swallowed", "0, 1, 0, errors-dropped", "0, 0, 1, deadline-unreadable",
            "0, 0, 0,"})
    void what_must_not_happen_at_all(long swallowed, long dropped, long unreadable, @Nullable String raised) {
        assertEquals(raised == null ? List.of() : List.of(raised),
                ids(new Lints.Readings(List.of(), List.of(),
                        0, 0, new Lints.Faults(swallowed, dropped, unreadable))));
    }

    @ParameterizedTest
    @CsvSource({"100, 20, 30, true", "100, 19, 30, false", "100, 20, 31, false", "100, 20, 0, false"})
    void budget_that_is_hardly_used(int parts, int ended, double answeredP99, boolean raised) {
        PartSum part = part(5, answeredP99, Map.of(Count.PARTS, parts, Count.BUDGET_ENDED, ended));
        assertEquals(raised ? List.of("budget-long") : List.of(), of(part));
    }

    @Test
    void budget_that_is_hardly_used_is_told_what_would_do() {
        PartSum part = part(5, 10, Map.of(Count.PARTS, 100, Count.BUDGET_ENDED, 30));
        assertTrue(text(part).contains("99 of 100 answers come within 10 ms"), text(part));
        assertTrue(text(part).endsWith("40 ms would do."), text(part));
    }

    @ParameterizedTest
    @CsvSource({"40, 20, true", "41, 20, false", "19, 19, false"})
    void deadline_that_ends_most_calls(int parts, int ended, boolean raised) {
        assertEquals(raised ? List.of("deadline-ends") : List.of(),
                of(part(700, Map.of(Count.PARTS, parts, Count.DEADLINE_ENDED, ended))));
    }

    @ParameterizedTest
    @CsvSource({"800, Nobody could meet it", "399, Half of its calls answer within 399 ms"})
    void deadline_lint_says_whether_anybody_could_meet_it(double p50, String said) {
        Lint only = Lints.of(new Lints.Readings(
                List.of(part(p50, Map.of(Count.PARTS, 40, Count.DEADLINE_ENDED, 30))), List.of(), 100, 0,
                Lints.Faults.NONE)).getFirst();
        assertTrue(only.text().contains(said), only.text());
        assertEquals("route=GET+%2Fa&reason=deadline_exceeded", only.query());
    }

    @ParameterizedTest
    @CsvSource({"100, 100, true", "101, 100, false", "99, 99, false"})
    void part_that_no_page_asks_for(int parts, int notAsked, boolean raised) {
        assertEquals(raised ? List.of("part-unused") : List.of(),
                of(part(0, Map.of(Count.PARTS, parts, Count.NOT_ASKED, notAsked))));
    }

    private static List<String> ids(Lints.Readings readings) {
        return Lints.of(readings).stream().map(Lint::id).toList();
    }
}
