package dev.structured.service.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RouteTallyTest {
    private final RouteTally tally = new RouteTally();

    private void add(String outcome, int status, int shed, long second) {
        tally.add(new Recorder.End(outcome, status, 10_000), shed, second);
    }

    @Test
    void sum_has_the_ten_seconds_that_are_over() {
        for (long second = 100; second <= 111; second++) add("complete", 200, 0, second);
        RouteSum sum = tally.sum("GET /a", 111);
        assertEquals("GET /a", sum.route());
        assertEquals(10, sum.requests(), "neither the present second nor those before the ten");
        assertEquals(10, sum.p50(), 1);
        assertEquals(0, tally.sum("GET /a", 200).requests());
    }

    @Test
    void outcomes_are_counted_apart() {
        add("partial", 200, 2, 100);
        add("failed", 502, 1, 101);
        add("client_gone", 499, 0, 101);
        RouteSum sum = tally.sum("GET /a", 102);
        assertEquals(3, sum.requests());
        assertEquals(1, sum.partial());
        assertEquals(1, sum.failed());
        assertEquals(3, sum.shed());
    }
}
