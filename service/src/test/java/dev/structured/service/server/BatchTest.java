package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartFailure;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.edge.Pages;
import dev.structured.service.edge.RouteTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static final String ROUTES = """
              - path: /products/{id}
                deadline: 800ms
                parts: {product: {from: product-service, path: "/product"}}
              - method: POST
                path: /many
                deadline: 800ms
                body: {fields: {ids: array}}
                batch: {route: "/products/{id}", items: "${body.ids}"}
            """;

    private RunningEdge edge;

    @BeforeEach
    void start() throws IOException {
        edge = new RunningEdge(RunningEdge.LIMITS,
                RouteTable.of(RunningEdge.routes(ROUTES), BatchTest::pages));
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    /// Product 2 does not exist.
    private static Outcome pages(RouteConfig route, PageRequest request, PartSink sink) {
        List<Outcome.Item> items = new ArrayList<>();
        JsonNode body = request.body();
        assertTrue(body != null && route.batch() != null);
        for (JsonNode id : body.get("ids")) {
            Outcome page = id.asInt() == 2
                    ? Pages.failed(
                            new PartFailure("product", "catalog", ErrorType.NOT_FOUND, 404, "There is none."))
                    : Pages.complete(Pages.page(id.asText()));
            items.add(new Outcome.Item(Map.of("id", id.asText()), page));
        }
        return new Outcome.Batch(items);
    }

    @Test
    void each_page_has_its_own_status() throws Exception {
        try (RawClient client = edge.connect()) {
            RawClient.Reply reply = post(client, "*/*").read();
            assertEquals(200, reply.status());
            assertEquals("application/json", reply.header("Content-Type"));
            assertEquals("no-store", reply.header("Cache-Control"));
            JsonNode items = new ObjectMapper().readTree(reply.body()).get("items");
            assertEquals("{\"params\":{\"id\":\"1\"},\"status\":200,\"page\":{\"id\":\"1\"}}",
                    items.get(0).toString());
            assertEquals(404, items.get(1).get("status").asInt());
            assertEquals("urn:structured:request:" + reply.header("X-Request-Id"),
                    items.get(1).get("problem").get("instance").asText());
        }
        assertTrue(edge.logged().endsWith("outcome=partial missing=product:not_found"), edge.logged());
    }

    @Test
    void batch_has_no_events() throws Exception {
        try (RawClient client = edge.connect()) {
            assertEquals(406, post(client, "application/x-ndjson").read().status());
        }
    }

    private static RawClient post(RawClient client, String accept) throws IOException {
        String body = "{\"ids\":[1,2]}";
        return client.send("POST /many HTTP/1.1\r\nHost: test\r\nAccept: " + accept
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body);
    }
}
