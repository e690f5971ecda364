package dev.structured.service.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class FreshnessTest {

    @Test
    void what_may_not_be_kept_keeps_that_beside_what_says_nothing() {
        assertEquals(Freshness.NONE, Freshness.NONE.and(Freshness.UNKNOWN));
        assertEquals(Freshness.NONE, Freshness.UNKNOWN.and(Freshness.NONE));
        assertEquals(Freshness.NONE, Freshness.UNKNOWN.and(new Freshness(true, 5, true)).and(Freshness.NONE));
        assertEquals(new Freshness(true, 0, false), Freshness.NONE.and(new Freshness(false, 0, false)));
    }

    @Test
    void what_says_nothing_leaves_open_how_long_the_whole_may_be_used() {
        assertEquals(Freshness.UNKNOWN, Freshness.FOREVER.and(Freshness.UNKNOWN));
        assertEquals(new Freshness(true, 5, false),
                Freshness.FOREVER.and(new Freshness(true, 9, false)).and(new Freshness(true, 5, true)));
    }
}
