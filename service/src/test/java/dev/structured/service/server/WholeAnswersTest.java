package dev.structured.service.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.NotJsonException;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.SplicedJson;
import dev.structured.service.aggregate.StrictJson;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/// Which answers nobody reads inside, and pages of answers that were not read.
class WholeAnswersTest {
    private static final String FILE = """
            downstreams:
              d: {url: "http://d.test"}
            routes:
              - path: /whole
                deadline: 30s
                answer: {etag: true}
                parts:
                  own: {from: d, path: /own}
                  grouped: {from: d, path: /grouped, group: more, as: other}
                  each: {from: d, path: "/element/${item}", each: "${ids.list}", onElementFailure: "null"}
                  ids: {from: d, path: /ids}
              - path: /read
                deadline: 30s
                parts:
                  target: {from: d, path: /target, target: a}
                  allowed: {from: d, path: /allowed, allow: [a]}
                  merged: {from: d, path: /merged, allow: [b], merge: true}
                  flat: {from: d, path: /flat, flatten: true}
                  needed: {from: d, path: /needed}
                  needs: {from: d, path: "/of/${needed.a}"}
                  condition: {from: d, path: /condition}
                  asked: {from: d, path: /asked, when: "${condition.a}"}
                  elsewhere: {from: d, path: /elsewhere}
              - path: /other
                deadline: 30s
                parts:
                  target: {from: d, path: /elsewhere, target: a}
              - path: /made
                method: POST
                deadline: 30s
                answer: {status: 201, location: "/things/${made.a}"}
                parts:
                  made: {from: d, path: /made, required: true}
            """;

    private static final String NDJSON = "application/x-ndjson";

    private final Map<String, Boolean> whole = new ConcurrentHashMap<>();
    /// Splices every answer, as one that a part shares whose answers nobody reads.
    private boolean all;

    private Reply call(Call call) throws DownstreamException {
        whole.put(call.path(), call.whole());
        if (call.path().equals("/element/2")) throw new DownstreamException(ErrorType.RESET, "reset", null);
        String body = switch (call.path()) {
            case "/ids" -> "{\"list\": [1, 2, 3]}";
            case "/flat" -> "[[1],[2, 3]]";
            default -> "{\"a\": \"x\", \"b\": 1.50}";
        };
        try {
            return new Reply(200, body(body.getBytes(UTF_8), call));
        } catch (NotJsonException e) {
            throw new DownstreamException(ErrorType.INVALID_JSON, "no JSON", e);
        }
    }

    private JsonNode body(byte[] bytes, Call call) throws NotJsonException {
        return all || call.whole() ? SplicedJson.of(bytes) : StrictJson.read(bytes);
    }

    private ServedFile serve() throws IOException {
        return new ServedFile(FILE, Map.<String, Downstream>of("d", this::call));
    }

    private Set<String> wholes() {
        whole.values().removeIf(is -> !is);
        return whole.keySet();
    }

    @Test
    void parts_that_nobody_reads_inside_are_passed_on_whole() throws IOException {
        try (ServedFile served = serve()) {
            RawClient.Reply page = served.ask("GET /whole", "");
            assertEquals("""
                    {"own":{"a":"x","b":1.50},"more":{"other":{"a":"x","b":1.50}},\
                    "each":[{"a":"x","b":1.50},null,{"a":"x","b":1.50}],"ids":{"list":[1,2,3]},\
                    "missing":{"each":{"reason":"elements_missing",\
                    "detail":"1 of 3 elements are missing; the first: the downstream reset the connection",\
                    "instead":"rest"}}}""", page.body());
            assertEquals(Set.of("/own", "/grouped", "/element/1", "/element/2", "/element/3"),
                    wholes());
        }
    }

    @Test
    void answers_that_somebody_reads_inside_are_read() throws IOException {
        try (ServedFile served = serve()) {
            String page = served.ask("GET /read", "").body();
            assertEquals(201, served.send("POST /made", "", "").status());
            assertEquals(Set.of("/of/x", "/asked"), wholes());
            all = true;
            assertEquals(page, served.ask("GET /read", "").body());
            RawClient.Reply made = served.send("POST /made", "", "");
            assertEquals(201, made.status());
            assertEquals("/things/x", made.header("Location"));
        }
    }

    @Test
    void events_have_answers_that_were_not_read() throws IOException {
        try (ServedFile served = serve()) {
            all = true;
            try (RawClient client = served.edge.connect()) {
                client.send("GET /read HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAccept: " + NDJSON
                        + "\r\n\r\n");
                String events = client.readAll();
                assertEquals(1,
                        events.split("\"part\":\"asked\",\"value\":\\{\"a\":\"x\",\"b\":1.50}", -1).length
                                - 1,
                        events);
            }
        }
    }
}
