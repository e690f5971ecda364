package dev.structured.service.server;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.blankOrNullString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesRegex;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PartFailure;
import dev.structured.service.edge.Pages;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {
    private static final String SECRET = "10.1.2.3:4567 refused the password";

    private RunningEdge edge;
    private volatile Map<String, List<String>> query = Map.of();
    private volatile String thread = "";

    @BeforeEach
    void start() throws IOException {
        edge = new RunningEdge((route, request, sink) -> {
            query = request.query();
            thread = Thread.currentThread().toString();
            return outcome(Pages.id(request));
        });
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    private static Outcome outcome(String id) {
        ObjectNode page = Pages.page(id);
        return switch (id) {
            case "partial" ->
                Pages.partial(page,
                        new PartFailure("reviews", "reviews", ErrorType.RESET, null, "It broke."));
            case "failed" ->
                Pages.failed(
                        new PartFailure("product", "catalog", ErrorType.STATUS, 500, "It answered 500."));
            case "unknown" ->
                Pages.failed(
                        new PartFailure("product", "catalog", ErrorType.NOT_FOUND, 404, "There is none."));
            case "busy" ->
                Pages.failed(
                        new PartFailure("product", "catalog", ErrorType.LIMIT_EXCEEDED, null, "Too many."));
            case "bug" -> throw new IllegalArgumentException(SECRET);
            case "error" -> throw new AssertionError(SECRET);
            case "child" -> Nursery.call(nursery -> {
                nursery.startSoon("call", () -> {
                    throw new IOException(SECRET);
                });
                Checkpoints.sleepForever();
                return Pages.complete(page);
            });
            case "header" -> new Outcome.Complete(page,
                    Map.of("x-small", "1", "x-big", "x".repeat(20_000)), Freshness.UNKNOWN);
            case "broken" -> Pages.partial(page, IntStream.range(0, 100)
                    .mapToObj(i -> new PartFailure("a-part-with-quite-a-long-name-" + i,
                            "a-downstream-with-quite-a-long-name-" + i, ErrorType.INCOMPLETE, 200,
                            "It broke."))
                    .toArray(PartFailure[]::new));
            case "big" -> Pages.complete(page.put("text", "x".repeat(3_000_000)));
            default -> Pages.complete(page);
        };
    }

    @Test
    void complete_page_is_200_json() {
        ask("1").statusCode(200).contentType("application/json").body("id", equalTo("1"))
                .header("Server", nullValue()).header("Cache-Control", nullValue())
                .header("Set-Cookie", nullValue());
    }

    @Test
    void request_runs_on_a_virtual_thread() {
        ask("1").statusCode(200);
        assertTrue(thread.startsWith("VirtualThread["), thread);
    }

    @Test
    void partial_page_is_200_and_says_what_is_missing() {
        ask("partial").statusCode(200)
                .header("X-Parts", "total=3, ok=2, failed=reviews;reset")
                .header("Proxy-Status",
                        "structured-service; error=connection_terminated; next-hop=\"reviews\"")
                .header("Cache-Control", "no-store")
                .body("id", equalTo("partial"));
        assertTrue(edge.logged().endsWith("outcome=partial flags=UC missing=reviews:reset"), edge.logged());
        assertEquals(new RecordingObserver.Ended("GET", "http", "/products/{id}", 200, "1.1", null),
                edge.observer.one());
    }

    @Test
    void page_of_which_everything_is_missing_fits_its_headers() {
        ask("broken").statusCode(200).body("id", equalTo("broken"));
    }

    @Test
    void header_of_a_downstream_that_is_too_large_is_left_out() {
        ask("header").statusCode(200).header("x-small", "1").header("x-big", nullValue());
    }

    @Test
    void failed_page_is_the_problem_of_its_required_part() {
        problem("failed", 502).body("type", equalTo("urn:structured:problem:upstream-error"))
                .body("part", equalTo("product")).body("downstream", equalTo("catalog"))
                .body("upstreamStatus", equalTo(500));
        assertTrue(edge.logged().endsWith("outcome=failed error=status missing=product:status"),
                edge.logged());
        assertEquals("status", edge.observer.one().errorType());
    }

    @Test
    void unknown_thing_is_404_and_no_error_of_ours() {
        problem("unknown", 404).body("type", equalTo("urn:structured:problem:page-not-found"));
        assertEquals(new RecordingObserver.Ended("GET", "http", "/products/{id}", 404, "1.1", null),
                edge.observer.one());
    }

    @Test
    void overloaded_part_is_503_with_a_time_to_come_back() {
        problem("busy", 503).header("Retry-After", matchesRegex("[1-3]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bug", "error", "child"})
    void bug_is_500_without_its_inside(String id) {
        String body = problem(id, 500).extract().asString();
        assertFalse(body.contains("10.1.2.3"), body);
        assertFalse(body.contains("Exception"), body);
        assertEquals("internal", edge.observer.one().errorType());
    }

    @Test
    void head_is_answered_like_get_without_the_body() {
        int length = Integer.parseInt(ask("1").extract().header("Content-Length"));
        String body = client().head("/products/1").then().statusCode(200).contentType("application/json")
                .header("Content-Length", Integer.toString(length)).extract().asString();
        assertEquals("", body);
        client().head("/products/unknown").then().statusCode(404).contentType("application/problem+json");
    }

    @Test
    void options_names_the_methods() {
        client().options("/products/1").then().statusCode(204).header("Allow", "GET, HEAD, OPTIONS")
                .header("Content-Type", nullValue()).header("X-Request-Id", not(blankOrNullString()));
        assertEquals("/products/{id}", edge.observer.one().route());
    }

    @Test
    void harmless_request_id_is_kept_and_logged() {
        client().header("X-Request-Id", "abc-1.2_3").get("/products/failed").then()
                .header("X-Request-Id", "abc-1.2_3")
                .body("instance", equalTo("urn:structured:request:abc-1.2_3"));
        assertTrue(edge.logged().contains(" id=abc-1.2_3 "), edge.logged());
    }

    @Test
    void any_other_request_id_is_replaced() {
        client().header("X-Request-Id", "a b\" status=200").get("/products/1").then()
                .header("X-Request-Id", matchesRegex("[0-9a-f-]{36}"));
    }

    @Test
    void page_is_not_compressed_for_clients_that_could_read_it() {
        client().header("Accept-Encoding", "gzip, br").get("/products/big").then().statusCode(200)
                .header("Content-Encoding", nullValue())
                .header("Content-Length", matchesRegex("30000\\d\\d"));
    }

    @Test
    void path_parameter_arrives_decoded_once() {
        client().get("/products/{id}", "a%2e b\u00e9;c=d&e?f").then().statusCode(200)
                .body("id", equalTo("a%2e b\u00e9;c=d&e?f"));
    }

    @Test
    void query_arrives_decoded_with_all_its_values() {
        client().urlEncodingEnabled(false).get("/products/1?chaos=a:hang&chaos=b%3Aslow&x=1+2%2B%20&flag")
                .then().statusCode(200);
        assertEquals(Map.of("chaos", List.of("a:hang", "b:slow"), "x", List.of("1 2+ "), "flag", List.of("")),
                query);
    }

    @Test
    void log_does_not_repeat_the_query() {
        client().get("/products/1?token=secret").then().statusCode(200);
        assertTrue(
                edge.logged().matches("method=GET route=\"?/products/\\{id}\"? path=/products/1 status=200 "
                        + "ms=\\d+\\.\\d bytes=\\d+ id=[0-9a-f-]{36} address=127\\.0\\.0\\.1 "
                        + "outcome=complete"),
                edge.logged());
    }

    @Test
    void problem_is_sent_whatever_the_client_accepts() {
        client().header("Accept", "text/html").get("/nope").then().contentType("application/problem+json");
    }

    private ValidatableResponse ask(String id) {
        return client().get("/products/" + id).then();
    }

    private ValidatableResponse problem(String id, int status) {
        return ask(id).statusCode(status).contentType("application/problem+json")
                .header("Cache-Control", "no-store")
                .body("status", equalTo(status)).body("title", not(blankOrNullString()));
    }

    private RequestSpecification client() {
        return given().baseUri(edge.url());
    }
}
