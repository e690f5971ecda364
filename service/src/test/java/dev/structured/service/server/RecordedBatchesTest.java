package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.record.Count;
import dev.structured.service.view.PartView;
import dev.structured.service.view.RequestRow;
import dev.structured.service.view.RequestText;
import dev.structured.service.view.RequestView;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What is recorded of batches: each of their pages for itself, up to a bound.
class RecordedBatchesTest extends RecordedFixture {
    private static final String BATCH = """
              - path: /items/{n}
                deadline: 20s
                parts:
                  first: {from: one, path: "/${n}", required: true}
                  second: {from: two, path: "/${n}"}
              - method: POST
                path: /many
                deadline: 20s
                body: {fields: {ids: array}}
                batch: {route: "/items/{n}", items: "${body.ids}", atMost: 100}
            """;

    /// Asks for a batch of pages and returns what is known of the request.
    private RequestView batch(String routes, String ids) throws IOException {
        String file = file("parts: {p: {from: one, path: /}}") + routes.indent(0);
        try (ServedFile served = new ServedFile(file, downstreams)) {
            served.send("POST /many", "X-Request-Id: me\r\nContent-Type: application/json\r\n",
                    "{\"ids\":[" + ids + "]}");
            return ended(served);
        }
    }

    @Test
    void pages_of_a_batch_are_recorded_each_for_itself() throws IOException {
        downstreams.put("one", call -> {
            if (call.path().equals("/2")) throw new DownstreamException(ErrorType.RESET, "broken", null);
            return GOOD.call(call);
        });
        downstreams.put("two", call -> call.path().equals("/2") ? hangs.call(call) : GOOD.call(call));
        RequestView request = batch(BATCH, "1,2,3");
        assertEquals(3, request.pages());
        assertEquals(0, request.morePages());
        assertEquals(List.of("first of page 1", "second of page 1", "first of page 2", "second of page 2",
                "first of page 3", "second of page 3"),
                request.parts().stream().map(PartView::name).toList());
        assertEquals("POST /many", request.route());
        assertEquals("reset", part("first of page 2", request).reason());
        assertEquals("ok", part("second of page 3", request).state());
        assertEquals(List.of("required-failed: first of page 2 → second of page 2"), arrows(request));
        assertTrue(request.sentence().startsWith("Partial: first of page 2 "), request.sentence());
        assertTrue(RequestText.of(request).contains("second of page 3  ok "), RequestText.of(request));
    }

    @Test
    void deadline_of_a_batch_stops_all_its_pages() throws IOException {
        downstreams.put("two", hangs);
        RequestView request = untilInTime(
                millis -> batch(BATCH.replace("path: /many\n    deadline: 20s",
                        "path: /many\n    deadline: " + millis + "ms"), "1,2"));
        assertEquals(List.of("deadline: deadline → second of page 1",
                "deadline: deadline → second of page 2"), arrows(request));
    }

    @Test
    void large_batch_has_its_first_pages_recorded() throws IOException {
        String ids = IntStream.range(0, 40).mapToObj(Integer::toString).collect(Collectors.joining(","));
        RequestView request = batch(BATCH, ids);
        assertEquals(40, request.pages());
        assertEquals(8, request.morePages());
        assertEquals(64, request.parts().size());
        assertTrue(RequestText.of(request).contains("8 more pages of the batch are not recorded"));
    }

    @Test
    void list_shows_a_part_of_a_batch_once() throws IOException {
        downstreams.put("two", call -> {
            if (call.path().equals("/2")) throw new DownstreamException(ErrorType.RESET, "broken", null);
            return GOOD.call(call);
        });
        String file = file("parts: {p: {from: one, path: /}}") + BATCH;
        try (ServedFile served = new ServedFile(file, downstreams)) {
            served.send("POST /many", "X-Request-Id: me\r\nContent-Type: application/json\r\n",
                    "{\"ids\":[1,2,3]}");
            ended(served);
            served.edge.settle(); // it is kept before it is counted
            RequestRow row = RequestRow.of(served.edge.recordings.find("me").getFirst());
            assertEquals(List.of("first ok", "second failed"), row.parts().stream()
                    .map(each -> each.name() + " " + each.state()).toList());
            assertEquals(List.of("GET /items/{n}: first 3", "GET /items/{n}: second 3"),
                    served.edge.recordings.tallies().parts().stream()
                            .map(each -> each.route() + ": " + each.part() + " " + each.count(Count.PARTS))
                            .sorted().toList());
        }
        assertTrue(served(file).contains(" pages=3"));
    }

    private String served(String file) throws IOException {
        try (ServedFile served = new ServedFile(file, downstreams)) {
            served.send("POST /many", "Content-Type: application/json\r\n", "{\"ids\":[1,2,3]}");
            return served.edge.logged();
        }
    }
}
