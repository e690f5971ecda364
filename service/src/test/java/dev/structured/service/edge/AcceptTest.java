package dev.structured.service.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptTest {
    private static final List<Rendering> ALL = List.of(Rendering.values());

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "", "application/*", "application/json", "APPLICATION/JSON; charset=utf-8",
            "text/html, */*;q=0.1", "application/json, text/event-stream", "nonsense", ", ,", "*/json",
            "text/event-stream;q=0, */*"})
    void json_is_sent_to_whoever_has_nothing_against_it(String accept) {
        assertEquals(Optional.of(Rendering.JSON), Accept.best(List.of(accept), ALL));
    }

    @Test
    void json_is_sent_to_whoever_says_nothing() {
        assertEquals(Optional.of(Rendering.JSON), Accept.best(List.of(), ALL));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"text/event-stream|EVENTS", "text/*|EVENTS",
            "application/x-ndjson|NDJSON",
            "application/json;q=0.5, application/x-ndjson|NDJSON", "application/json;q=0, */*;q=0.1|NDJSON",
            "*/*, application/json;q=0.9, application/x-ndjson;q=0.9|EVENTS",
            "application/json;q=0.1,text/event-stream;q=0.25,application/x-ndjson;q=0.2|EVENTS",
            "text/event-stream;q=2, application/x-ndjson;q=.5, application/x-ndjson;q=0.001|NDJSON"})
    void closest_range_says_how_much_a_form_is_liked(String accept, Rendering best) {
        assertEquals(Optional.of(best), Accept.best(List.of(accept), ALL));
    }

    @Test
    void several_headers_are_one() {
        assertEquals(Optional.of(Rendering.NDJSON),
                Accept.best(List.of("application/json;q=0.2", "application/x-ndjson"), ALL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/json;q=0", "*/*;q=0", "image/*, text/plain"})
    void nothing_may_fit(String accept) {
        assertEquals(Optional.empty(), Accept.best(List.of(accept), ALL));
    }

    @Test
    void form_that_is_not_offered_is_not_chosen() {
        assertEquals(Optional.empty(), Accept.best(List.of("text/event-stream"), List.of(Rendering.JSON)));
    }
}
