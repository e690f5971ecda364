package dev.structured.service.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `top` and `ps` print of a tick.
class TerminalTextTest {
    private static final String TICK = """
            {"atMs":1000000,
             "routes":[{"route":"GET /a","requests":100,"partial":25,"failed":1,"shed":5,"p50":12.5,"p99":3\
            10},
                       {"route":"GET /b","requests":4,"partial":0,"failed":0,"shed":0,"p50":1.5,"p99":400}],
             "where":{"total":3,"oldestMs":120,"routes":[
               {"name":"GET /a","count":2,"oldestMs":120,"parts":[
                 {"name":"reviews","count":2,"waits":[{"name":"first byte","count":1},{"name":"a \
            permit","count":1}]}]},
               {"name":"-","count":1,"oldestMs":1,"parts":[{"name":"","count":1,"waits":[{"name":"starting"\
            ,"count":1}]}]}]},
             "lints":[{"id":"x","about":"reviews","text":"it is slow.","count":3,"query":null}],
             "running":[
               {"id":"one","route":"GET /a","ms":120,"deadlineMs":800,"waitsFor":"reviews: first byte"},
               {"id":"two","route":"GET /a","ms":9.5,"deadlineMs":790,"waitsFor":"reviews: a permit"},
               {"id":"new","route":"-","ms":0.4,"deadlineMs":null,"waitsFor":"starting"}],
             "downstreams":[
               {"name":"ratings","breaker":"open","inFlight":2,"queued":1,"limit":64,"attempts":200,"failur\
            es":50,
                "p50":12,"p99":300,"hedged":10,"hedgesWon":4},
               {"name":"idle","breaker":null,"inFlight":0,"queued":0,"limit":8,"attempts":0,"failures":0,
                "p50":0,"p99":0,"hedged":0,"hedgesWon":0}]}""";

    private static JsonNode tick(String json) throws Exception {
        return new ObjectMapper().readTree(json);
    }

    private static String top(String json, String order) throws Exception {
        return String.join("\n", TopText.of(tick(json), order, "http://here:9090", ZoneOffset.UTC));
    }

    @Test
    void top_shows_routes_downstreams_places_and_findings() throws Exception {
        assertEquals("""
                http://here:9090  00:16:40  10 requests/s, 3 in flight, the oldest for 120 ms

                ROUTE       REQ/S     P50     P99  IN FLIGHT  PARTIAL  FAILED  SHED/S
                GET /a         10   13 ms  310 ms          2     25 %     1 %     0.5
                GET /b        0.4  1.5 ms  400 ms          0      0 %     0 %       0
                (no route)      0       -       -          1        -       -       0

                DOWNSTREAM  CALLS  LIMIT  QUEUED  FAILED    P50     P99  HEDGES WON  BREAKER
                ratings         2     64       1    25 %  12 ms  300 ms     4 of 10  open
                idle            0      8       0       -      -       -           -  none

                WHERE REQUESTS ARE  NOW
                GET /a                2  ████████████████
                  reviews             2  ████████████████
                    first byte        1  ████████
                    a permit          1  ████████
                (no route)            1  ████████
                  the answer          1  ████████
                    starting          1  ████████

                WHAT LOOKS WRONG
                reviews: it is slow.""", top(TICK, "rate"));
    }

    @ParameterizedTest
    @CsvSource({"rate, GET /a", "p99, GET /b", "in-flight, GET /a", "name, (no route)"})
    void top_sorts_routes(String order, String first) throws Exception {
        assertTrue(top(TICK, order).lines().toList().get(3).startsWith(first), order);
    }

    @Test
    void top_of_nothing_says_so() throws Exception {
        String text = top("""
                {"atMs":0,"routes":[],"where":{"total":0,"oldestMs":0,"routes":[]},"lints":[],"running":[],
                 "downstreams":[]}""", "rate");
        assertTrue(text.contains("0 requests/s, 0 in flight\n"), text);
        assertTrue(text.contains("(no request in the last ten seconds)"), text);
        assertTrue(text.endsWith("Nothing looks wrong in the last two minutes."), text);
    }

    @Test
    void ps_is_a_tree_of_routes_parts_and_waits() throws Exception {
        assertEquals(List.of("GET /a  2",
                "└─ reviews  2",
                "   ├─ first byte  1",
                "   │  └─ one  120 ms of 800 ms, 680 ms left",
                "   └─ a permit  1",
                "      └─ two  9.5 ms of 790 ms, 781 ms left",
                "(no route yet)  1",
                "└─ the answer  1",
                "   └─ starting  1",
                "      └─ new  0.4 ms"), PsText.of(tick(TICK), null));
    }

    @Test
    void ps_shows_one_route_by_name_or_path() throws Exception {
        assertEquals(6, PsText.of(tick(TICK), "/a").size());
        assertEquals(6, PsText.of(tick(TICK), "GET /a").size());
        assertEquals(List.of("No request of '/c' is in flight; without --route, all are shown."),
                PsText.of(tick(TICK), "/c"));
        assertEquals(List.of("one", "two"), PsText.ids(tick(TICK), "/a"));
        assertEquals(List.of("one", "two", "new"), PsText.ids(tick(TICK), null));
    }

    @Test
    void ps_says_what_it_does_not_list() throws Exception {
        String many = TICK.replace("\"total\":3", "\"total\":612")
                .replace("{\"name\":\"GET /a\",\"count\":2", "{\"name\":\"GET /a\",\"count\":611");
        assertEquals("(609 more are counted above and not listed)", PsText.of(tick(many), null).getLast());
    }

    @Test
    void id_of_a_client_cannot_steer_the_terminal() throws Exception {
        String evil = TICK.replace("\"id\":\"one\"", "\"id\":\"\\u001b[2J\\n\"");
        for (String each : PsText.of(tick(evil), null)) assertFalse(each.contains("\u001b"), each);
        assertTrue(PsText.ids(tick(evil), null).contains("?[2J?"));
    }

    @Test
    void line_that_is_too_wide_is_broken_at_a_space() {
        List<String> lines = new ArrayList<>();
        Terminal.wrap("one two three", 8, lines);
        Terminal.wrap("0123456789", 4, lines);
        Terminal.wrap("", 4, lines);
        Terminal.wrap("123\ud83d\ude004", 4, lines);
        assertEquals(List.of("one two", "three", "0123", "4567", "89", "", "123", "\ud83d\ude004"), lines);
    }
}
