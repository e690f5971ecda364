package dev.structured.service.server;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartFailure;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.edge.OfflineEdge;
import dev.structured.service.edge.OfflineEdge.Answered;
import dev.structured.service.edge.OfflineEdge.Sent;
import dev.structured.service.edge.Pages;
import dev.structured.service.edge.RouteTable;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the edge answers without sockets is what it answers over them.
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OfflineEdgeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<RouteConfig> ROUTES = RunningEdge.routes("""
              - path: /products/{id}
                deadline: 800ms
                parts:
                  product: {from: product-service, path: "/product/${id}"}
              - path: /notes
                method: POST
                deadline: 800ms
                body: {fields: {text: string}}
                parts:
                  note: {from: product-service, path: "/note"}
            """);

    private static Outcome page(RouteConfig route, PageRequest request, PartSink sink)
            throws BadRequestException {
        PartFailure reset = new PartFailure("product", "product-service", ErrorType.RESET, null, "It broke.");
        String id = Pages.id(request);
        return switch (id) {
            case "bad" -> throw new BadRequestException(400, "parameter 'id' must be a number");
            case "partial" -> Pages.partial(Pages.page(id), reset);
            case "failed" -> Pages.failed(reset);
            default -> Pages.complete(Pages.page(request.query() + " " + request.body()));
        };
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", quoteCharacter = '`', textBlock = """
            GET,    /products/42,      -
            GET,    /products/42/,     -
            GET,    /products/partial, -
            GET,    /products/failed,  -
            GET,    /products/bad,     -
            GET,    /products/%C3%BC,  -
            GET,    /products,         -
            GET,    /nothing,          -
            DELETE, /products/42,      -
            POST,   /notes,            `{"text":"x"}`
            POST,   /notes,            `[1]`
            POST,   /notes,            -
            """)
    void answers_are_the_same(String method, String path, @Nullable String body) throws Exception {
        RouteTable table = RouteTable.of(ROUTES, OfflineEdgeTest::page);
        try (RunningEdge edge = new RunningEdge(RunningEdge.LIMITS, table)) {
            JsonNode sent = body == null ? null : JSON.readTree(body);
            Answered offline = edge.scheduler.call("offline",
                    () -> new OfflineEdge(table, RunningEdge.LIMITS, edge.scheduler::nanoTime)
                            .answer(new Sent(method, path, Map.of("q", List.of("1")), Map.of(), sent, null)));
            Response online = online(edge, method, path, body);

            assertEquals(online.statusCode(), offline.status());
            assertEquals(plain(online.asString()), plain(offline.body().toString()));
            for (Map.Entry<String, String> header : offline.headers().entrySet()) {
                assertEquals(online.header(header.getKey()), header.getValue(), header.getKey());
            }
        }
    }

    private static Response online(RunningEdge edge, String method, String path, @Nullable String body) {
        RequestSpecification request = given().urlEncodingEnabled(false);
        if (body != null) request.contentType("application/json").body(body);
        return request.request(method, edge.url() + path + "?q=1");
    }

    /// Without the request's id.
    private static ObjectNode plain(String body) throws IOException {
        ObjectNode plain = (ObjectNode) JSON.readTree(body);
        plain.remove("instance");
        return plain;
    }
}
