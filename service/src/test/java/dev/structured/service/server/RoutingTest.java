package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.Reply;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which route answers, and what its path gives, over sockets. The pages tell the path of their call.
final class RoutingTest {
    private static final String FILE = """
            downstreams: {d: {url: "http://h:1"}}
            routes:
              - {path: /items/top, deadline: 30s, parts: {p: {from: d, path: /top}}}
              - {path: "/items/{id:integer}", deadline: 30s, parts: {p: {from: d, method: PUT, path: \
            "/int/${id}", body: {id: "${id}"}}}}
              - {path: "/items/{code:[a-z]{2}(-[A-Z]{2})?}", deadline: 30s, parts: {p: {from: d, path: \
            "/code/${code}"}}}
              - {path: "/items/{id}.json", deadline: 30s, parts: {p: {from: d, path: "/json/${id}"}}}
              - {path: "/items/{id}", deadline: 30s, parts: {p: {from: d, path: "/any/${id}"}}}
              - {path: "/only/{id:integer}", deadline: 30s, parts: {p: {from: d, path: "/only/${id}"}}}
              - {method: DELETE, path: "/only/{id}", deadline: 30s, parts: {p: {from: d, path: \
            "/gone/${id}"}}}
              - {path: "/flat/{name:[^/]+}", deadline: 30s, parts: {p: {from: d, path: "/flat/${name}"}}}
              - {path: "/deep/{name}", deadline: 30s, parts: {p: {from: d, path: "/deep/${name}"}}}
              - {path: "/v{version:[0-9]+}/{x:uuid}", deadline: 30s, parts: {p: {from: d, path: \
            "/${version}/${x}"}}}
              - {path: "/limit/{n:integer}", deadline: 30s, params: {n: {type: integer, max: 9}}, parts: {p: \
            {from: d, path: "/${n}"}}}
              - path: /batch
                method: POST
                deadline: 30s
                body: {fields: {ids: array}}
                batch: {route: "/only/{id:integer}", items: "${body.ids}"}
            """;

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private ServedFile served;

    @BeforeEach
    void start() throws IOException {
        Downstream downstream = call -> {
            calls.add(call);
            return new Reply(200, JsonNodeFactory.instance.objectNode());
        };
        served = new ServedFile(FILE, Map.of("d", downstream));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
            /items/top /top
            /items/t%6Fp /top
            /%69tems/%74%6fp /top
            /items/%2574op /any/%2574op
            /items/42 /int/42
            /items/-7 /int/-7
            /items/007 /int/7
            /items/%34%32 /int/42
            /items/42/ /int/42
            /items/de /code/de
            /items/de-AT /code/de-AT
            /items/DE /any/DE
            /items/deu /any/deu
            /items/4.2 /any/4.2
            /items/%D9%A4%D9%A2 /any/%D9%A4%D9%A2
            /items/1e3 /any/1e3
            /items/top.json /json/top
            /items/42.json /json/42
            /items/42%2Ejson /json/42
            /items/a.json.json /json/a.json
            /items/a%20b.json /json/a%20b
            /items/.json /any/.json
            /items/a%2Fb.json /json/a%2Fb
            /items/%2542 /any/%2542
            /items/42%00 400
            /items/42%0A 400
            /items/..%2F42 400
            /items/...json 400
            /items/%2e%2e.json 400
            /items/..%2fx.json 400
            /only/1 /only/1
            /flat/a /flat/a
            /flat/a%2Fb 404
            /flat/a%2fb 404
            /flat/..%2Fb 404
            /flat/%2e%2e 400
            /deep/a%2Fb /deep/a%2Fb
            /deep/a%2fb%2Fc /deep/a%2Fb%2Fc
            /deep/a%252Fb /deep/a%252Fb
            /deep/..%2Fb 400
            /deep/..%2fb 400
            /deep/a%2F..%2Fb 400
            /deep/a%2F%2E%2e 400
            /deep//a 400
            /v2/123e4567-e89b-12d3-a456-426614174000 /2/123e4567-e89b-12d3-a456-426614174000
            /v2/123e4567-e89b-12d3-a456-42661417400 404
            /v2/123e4567-e89b-12d3-a456-4266141740001 404
            /v/123e4567-e89b-12d3-a456-426614174000 404
            /vx/123e4567-e89b-12d3-a456-426614174000 404
            /limit/9 /9
            /limit/10 400
            /limit/x 404
            """)
    void path_leads_to_one_route(String path, String expected) throws Exception {
        RawClient.Reply reply = served.ask("GET " + path, "");

        boolean refused = !expected.startsWith("/");
        assertEquals(refused ? Integer.parseInt(expected) : 200, reply.status(), reply.body());
        assertEquals(refused ? List.of() : List.of(expected), calls.stream().map(Call::path).toList());
    }

    @Test
    void typed_value_is_no_text_in_a_body() throws Exception {
        served.ask("GET /items/42", "");

        assertEquals("{\"id\":42}", String.valueOf(calls.getFirst().body()));
    }

    /// As if the route of integers were not there.
    @Test
    void path_that_does_not_fit_has_only_the_methods_of_those_that_do() throws Exception {
        assertEquals("DELETE, OPTIONS", served.ask("GET /only/x", "").header("Allow"));
        assertEquals("GET, HEAD, DELETE, OPTIONS", served.ask("OPTIONS /only/1", "").header("Allow"));
        assertEquals(405, served.ask("GET /only/x", "").status());
        assertEquals(200, served.ask("DELETE /only/x", "").status());
    }

    /// It is a whole number, so that the route answers; but not one that is read.
    @Test
    void number_of_two_hundred_digits_is_the_longest() throws Exception {
        assertEquals(200, served.ask("GET /only/" + "9".repeat(200), "").status());
        assertEquals(400, served.ask("GET /only/" + "9".repeat(201), "").status());
    }

    @Test
    void name_of_the_route_is_its_path_as_it_is_written() throws Exception {
        served.ask("GET /items/42", "");

        assertEquals("/items/{id:integer}", served.edge.observer.one().route());
    }

    @Test
    void item_of_a_batch_fits_the_path_of_its_route() throws Exception {
        RawClient.Reply reply = served.send("POST /batch", "Content-Type: application/json\r\n",
                "{\"ids\": [1, \"x\", \"2/3\", 4]}");

        assertEquals(200, reply.status(), reply.body());
        assertTrue(reply.body().contains("parameter 'id' does not fit the path '/only/{id:integer}'"),
                reply.body());
        assertEquals(List.of("/only/1", "/only/4"), calls.stream().map(Call::path).sorted().toList());
    }

    /// The longest head that is read, all of it one segment.
    @ParameterizedTest
    @ValueSource(strings = {"a", "1", "-", "%61", "a-A"})
    void long_segment_is_no_burden(String piece) throws Exception {
        String path = "/items/" + piece.repeat(7_000 / piece.length());

        assertTrue(List.of(200, 400).contains(served.ask("GET " + path, "").status()));
    }
}
