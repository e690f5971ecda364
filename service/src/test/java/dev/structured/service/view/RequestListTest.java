package dev.structured.service.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.record.Recordings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RequestListTest {
    private final Recordings recordings = new Recordings(false);

    private String lastLine(Map<String, List<String>> filter) {
        return RequestList.of(recordings, RequestFilter.of(filter)).text().lines().toList().getLast();
    }

    @Test
    void empty_list_says_what_to_do() {
        assertEquals("No request to show. Ask for a page, then look again.", lastLine(Map.of()));
    }

    @Test
    void list_that_a_filter_empties_says_so() {
        recordings.begin("r1", "GET", "/a", System.nanoTime());
        assertEquals("No request matches the filter.", lastLine(Map.of("waits", List.of("nothing"))));
    }
}
