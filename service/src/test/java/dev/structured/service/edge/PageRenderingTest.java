package dev.structured.service.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartFailure;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.server.RunningEdge;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PageRenderingTest {
    private static final PartFailure REVIEWS = new PartFailure("reviews", "reviews-service",
            ErrorType.TIMEOUT, null, "reviews took too long");
    private static final PartFailure STOCK = new PartFailure("stock", "stock-service", ErrorType.STATUS, 503,
            "stock answered 503");

    private static final PageRequest REQUEST = new PageRequest("id-1", Map.of("id", "1"), Map.of(), Map.of(),
            null, null);

    @Test
    void complete_page_is_sent_as_it_is() throws Exception {
        Answer answer = answer(Pages.complete(page()));
        assertEquals(200, answer.status());
        assertEquals("application/json", answer.contentType());
        assertEquals(Map.of("Vary", "Accept, accept-language"), answer.headers());
        assertEquals(page(), json(answer));
    }

    @Test
    void partial_page_is_sent_as_it_is() throws Exception {
        Answer answer = answer(Pages.partial(page(), STOCK, REVIEWS));
        assertEquals(200, answer.status());
        assertEquals("application/json", answer.contentType());
        assertEquals(page(), json(answer));
    }

    @Test
    void partial_page_counts_its_parts_in_a_header() {
        assertEquals("total=3, ok=2, failed=reviews;timeout",
                answer(Pages.partial(page(), REVIEWS)).headers().get("X-Parts"));
        assertEquals("total=3, ok=1, failed=(stock;status reviews;timeout)",
                answer(Pages.partial(page(), STOCK, REVIEWS)).headers().get("X-Parts"));
    }

    @Test
    void partial_page_names_each_failed_hop_and_is_not_stored() {
        Answer answer = answer(Pages.partial(page(), STOCK, REVIEWS));
        assertEquals(
                "structured-service; next-hop=\"stock-service\"; received-status=503, "
                        + "structured-service; error=http_response_timeout; next-hop=\"reviews-service\"",
                answer.headers().get("Proxy-Status"));
        assertEquals("no-store", answer.headers().get("Cache-Control"));
    }

    @ParameterizedTest
    @EnumSource
    void failed_page_is_a_problem_with_the_status_of_its_error(ErrorType type) throws Exception {
        Answer answer = failed(type, null);
        JsonNode body = json(answer);
        assertEquals(type.status(), answer.status());
        assertEquals(type.status(), body.get("status").asInt());
        assertEquals("application/problem+json", answer.contentType());
        assertEquals(type.label(), body.get("error").asText());
        assertEquals("product", body.get("part").asText());
        assertEquals("product-service", body.get("downstream").asText());
        assertEquals("it did not work", body.get("detail").asText());
        assertEquals("urn:structured:request:id-1", body.get("instance").asText());
        assertTrue(body.get("type").asText().startsWith("urn:structured:problem:"), body::toString);
        assertEquals("no-store", answer.headers().get("Cache-Control"));
        assertEquals("structured-service; error=" + type.proxyStatus() + "; next-hop=\"product-service\"",
                answer.headers().get("Proxy-Status"));
    }

    @Test
    void status_of_the_upstream_is_passed_on_where_there_is_one() throws Exception {
        assertEquals(418, json(failed(ErrorType.STATUS, 418)).get("upstreamStatus").asInt());
        assertFalse(json(failed(ErrorType.RESET, null)).has("upstreamStatus"));
    }

    @Test
    void part_out_of_time_is_told_its_own_budget_and_the_time_spent() throws Exception {
        JsonNode body = json(failed(ErrorType.TIMEOUT, null));
        assertEquals("urn:structured:problem:deadline-exceeded", body.get("type").asText());
        assertEquals(200, body.get("budgetMs").asInt());
        assertEquals(250, body.get("elapsedMs").asInt());
    }

    @Test
    void request_out_of_time_is_told_the_deadline_of_its_route() throws Exception {
        assertEquals(800, json(failed(ErrorType.DEADLINE_EXCEEDED, null)).get("budgetMs").asInt());
    }

    @Test
    void thing_that_does_not_exist_is_told_apart_from_a_path_that_does_not() throws Exception {
        Answer answer = failed(ErrorType.NOT_FOUND, 404);
        assertEquals(404, answer.status());
        assertEquals("urn:structured:problem:page-not-found", json(answer).get("type").asText());
    }

    @Test
    void value_that_the_client_sent_is_the_clients_to_mend() throws Exception {
        Answer answer = failed(ErrorType.BAD_PARAMETER, null);
        assertEquals(400, answer.status());
        assertEquals("urn:structured:problem:bad-parameter", json(answer).get("type").asText());
    }

    @Test
    void call_that_would_be_too_large_is_not_told_as_an_answer_that_is() throws Exception {
        Answer answer = failed(ErrorType.CALL_TOO_LARGE, null);
        assertEquals(413, answer.status());
        assertEquals("urn:structured:problem:call-too-large", json(answer).get("type").asText());
        assertTrue(answer.headers().get("Proxy-Status").contains("http_request_error"));
    }

    @Test
    void overloaded_upstream_says_when_to_come_back() {
        int seconds = Integer.parseInt(failed(ErrorType.LIMIT_EXCEEDED, null).headers().get("Retry-After"));
        assertTrue(seconds >= 1 && seconds <= 3, () -> "seconds " + seconds);
        assertFalse(failed(ErrorType.RESET, null).headers().containsKey("Retry-After"));
    }

    @Test
    void circuit_that_is_open_says_when_to_come_back() throws Exception {
        Answer answer = failed(ErrorType.CIRCUIT_OPEN, null);
        assertEquals(503, answer.status());
        assertEquals("urn:structured:problem:upstream-unavailable", json(answer).get("type").asText());
        assertTrue(answer.headers().get("Retry-After").matches("[1-3]"));
    }

    @Test
    void refusal_of_an_upstream_is_passed_on_where_the_route_says_so() throws Exception {
        PartFailure refused = new PartFailure("product", "product-service", ErrorType.STATUS, 409,
                "It is locked.");
        Answer answer = answer(new Outcome.Failed(refused, 423));
        assertEquals(423, answer.status());
        JsonNode body = json(answer);
        assertEquals("urn:structured:problem:upstream-refused", body.get("type").asText());
        assertEquals(423, body.get("status").asInt());
        assertEquals(409, body.get("upstreamStatus").asInt());
        assertEquals("product", body.get("part").asText());
        assertEquals(new Verdict("failed", null, List.of(refused)),
                PageRendering.verdict(new Outcome.Failed(refused, 423)));
    }

    @Test
    void downstream_that_was_not_asked_is_not_named() throws Exception {
        Answer answer = answer(Pages.failed(
                new PartFailure("product", null, ErrorType.BAD_PARAMETER, null, "It cannot be used.")));
        assertFalse(json(answer).has("downstream"), answer.body()::toString);
        assertEquals("structured-service; error=http_request_error", answer.headers().get("Proxy-Status"));
    }

    @Test
    void caller_that_gave_less_time_than_the_route_is_told_its_own() throws Exception {
        PageRequest hurried = new PageRequest("id-1", Map.of(), Map.of(), Map.of(), null, Duration.ZERO);
        Outcome late = Pages
                .failed(new PartFailure("product", null, ErrorType.DEADLINE_EXCEEDED, null, "Late."));
        Answer answer = PageRendering.of(late, served("GET"), hurried, Duration.ofMillis(5));
        assertEquals(504, answer.status());
        assertEquals(0, json(answer).get("budgetMs").asInt());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {"true|60|true|max-age=60",
            "true|60|false|private, max-age=60",
            "true|0|true|no-store", "false|0|true|-", "false|30|false|private",
            "true|9223372036854775806|true|max-age=31536000",
            "true|9223372036854775807|true|-"})
    void complete_page_says_how_long_it_may_be_kept(boolean known, long seconds, boolean shared,
            @Nullable String header) {
        Outcome outcome = new Outcome.Complete(page(), Map.of(), new Freshness(known, seconds, shared));
        assertEquals(header, answer(outcome).headers().get("Cache-Control"));
    }

    @Test
    void answer_to_what_is_no_GET_is_not_kept() {
        Outcome outcome = new Outcome.Complete(page(), Map.of(), new Freshness(true, 60, true));
        assertEquals("no-store", PageRendering.of(outcome, served("POST"), REQUEST, Duration.ZERO).headers()
                .get("Cache-Control"));
    }

    @Test
    void part_that_something_stands_in_for_is_told_apart() {
        assertEquals("total=3, ok=1, failed=(stock;status;instead=stale reviews;timeout)",
                answer(Pages.partial(page(), STOCK.with(PartFailure.Instead.STALE), REVIEWS)).headers()
                        .get("X-Parts"));
    }

    @Test
    void headers_of_downstreams_are_sent_unless_they_could_do_harm() {
        Map<String, String> headers = Map.of("etag", "\"a\"", "x-f", "\"a\"", "x-b", "c\r\nSet-Cookie: d",
                "x c", "d",
                "content-length", "5", "cache-control", "public", "x-d", "\u00e9", "x-e", "");
        Answer complete = answer(new Outcome.Complete(page(), headers, Freshness.UNKNOWN));
        assertEquals(Map.of("x-f", "\"a\"", "x-e", "", "Vary", "Accept, accept-language"),
                complete.headers());
        Answer partial = answer(new Outcome.Partial(page(), List.of(REVIEWS), headers));
        assertEquals("\"a\"", partial.headers().get("x-f"));
        assertEquals("no-store", partial.headers().get("Cache-Control"));
    }

    @Test
    void batch_has_for_each_page_what_it_would_be_alone() throws Exception {
        PartFailure unknown = new PartFailure("product", "product-service", ErrorType.NOT_FOUND, 404,
                "None.");
        Outcome.Batch batch = new Outcome.Batch(
                List.of(new Outcome.Item(Map.of("id", "1"), Pages.complete(page())),
                        new Outcome.Item(Map.of("id", "2"), Pages.failed(unknown)),
                        new Outcome.Item(Map.of("id", "3"), Pages.partial(page(), REVIEWS))));
        Answer answer = answer(batch);
        assertEquals(200, answer.status());
        assertEquals(Map.of("Cache-Control", "no-store"), answer.headers());
        JsonNode items = json(answer).get("items");
        assertEquals(3, items.size());
        assertEquals("{\"params\":{\"id\":\"1\"},\"status\":200,\"page\":{\"product\":{\"name\":\"table\"}}}",
                items.get(0).toString());
        assertEquals(404, items.get(1).get("status").asInt());
        assertEquals("urn:structured:problem:page-not-found",
                items.get(1).get("problem").get("type").asText());
        assertFalse(items.get(1).has("page"), items::toString);
        assertEquals(200, items.get(2).get("status").asInt());
        assertEquals(Verdict.partial(List.of(unknown, REVIEWS)), PageRendering.verdict(batch));
    }

    private static ServedRoute served(String method) {
        RouteConfig route = RunningEdge.routes("""
                  - method: %s
                    path: /products/{id}
                    deadline: 800ms
                    parts: {product: {from: product-service, path: "/product"}}
                """.formatted(method)).getFirst();
        return new ServedRoute(route, Set.of());
    }

    private static Answer failed(ErrorType type, Integer status) {
        return answer(Pages.failed(
                new PartFailure("product", "product-service", type, status, "it did not work")));
    }

    private static Answer answer(Outcome outcome) {
        return PageRendering.of(outcome,
                new ServedRoute(RunningEdge.ROUTE, Set.of("accept-language")), REQUEST,
                Duration.ofMillis(250));
    }

    private static ObjectNode page() {
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        page.putObject("product").put("name", "table");
        return page;
    }

    private static JsonNode json(Answer answer) throws Exception {
        return new ObjectMapper().readTree(StandardCharsets.UTF_8.decode(answer.encoded()).toString());
    }
}
