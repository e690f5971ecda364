package dev.structured.service.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartFailure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
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
    void overloaded_upstream_says_when_to_come_back() {
        int seconds = Integer.parseInt(failed(ErrorType.LIMIT_EXCEEDED, null).headers().get("Retry-After"));
        assertTrue(seconds >= 1 && seconds <= 3, () -> "seconds " + seconds);
        assertFalse(failed(ErrorType.RESET, null).headers().containsKey("Retry-After"));
    }

    private static Answer failed(ErrorType type, Integer status) {
        return answer(Pages.failed(
                new PartFailure("product", "product-service", type, status, "it did not work")));
    }

    private static Answer answer(Outcome outcome) {
        return PageRendering.of(outcome,
                new Endpoint(RunningEdge.ROUTE, (_, _, _) -> outcome, Set.of("accept-language")), REQUEST,
                Duration.ofMillis(250));
    }

    private static ObjectNode page() {
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        page.putObject("product").put("name", "table");
        return page;
    }

    private static JsonNode json(Answer answer) throws Exception {
        return new ObjectMapper().readTree(new String(answer.bytes(), StandardCharsets.UTF_8));
    }
}
