package dev.structured.service.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.record.Count;
import dev.structured.service.record.Tallies.PartSum;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each rule has numbers that raise it, and numbers close to them that must not.
class LintsTest {
    private static final String ROUTE = "GET /a";

    private static PartSum part(double p50, Map<Count, Integer> counts) {
        return PartSum.of(ROUTE, "reviews", "ratings", counts, p50, 2 * p50, 300);
    }

    private static DownstreamView downstream(int openings, int inFlight, int queued, boolean caches,
            boolean shares, DownstreamView.Endpoint... endpoints) {
        return new DownstreamView("ratings", "closed", openings, inFlight, queued, 64, 3, 100, 0, 5, 9, 0, 0,
                caches, shares, List.of(endpoints), false, null);
    }

    private static List<String> of(List<PartSum> parts, DownstreamView downstream) {
        return Lints.of(new Lints.Readings(parts, List.of(downstream), 1_000, 0, 0)).stream().map(Lint::id)
                .toList();
    }

    private static List<String> of(PartSum part) {
        return of(List.of(part), downstream(0, 3, 0, false, false));
    }

    @Test
    void numbers_at_rest_raise_nothing() {
        assertEquals(List.of(), Lints.of(new Lints.Readings(List.of(), List.of(), 0, 0, 0)));
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
        Lint only = Lints.of(new Lints.Readings(List.of(part), List.of(), 100, 0, 0)).getFirst();
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
        assertEquals(List.of("clients-leave"), ids(new Lints.Readings(List.of(), List.of(), 200, 20, 0)));
        assertEquals(List.of(), ids(new Lints.Readings(List.of(), List.of(), 201, 20, 0)));
        assertEquals(List.of(), ids(new Lints.Readings(List.of(), List.of(), 20, 19, 0)));
    }

    @Test
    void cancellation_that_is_swallowed() {
        assertEquals(List.of("cancellation-swallowed"),
                ids(new Lints.Readings(List.of(), List.of(), 0, 0, 1)));
    }

    private static List<String> ids(Lints.Readings readings) {
        return Lints.of(readings).stream().map(Lint::id).toList();
    }
}
