package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.edge.Pages;
import dev.structured.service.edge.RouteTable;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which of a client's headers reach a route, and on which of them a page depends.
class PassedHeadersTest {
    private static final String ROUTES = """
              - path: /products/{id}
                deadline: 800ms
                requestHeaders: [x-tenant, accept, accept-language]
                parts:
                  product: {from: product-service, path: "/p/${header.accept-language}", headers: \
            {x-hidden: ours}}
            """;

    private final AtomicReference<Map<String, String>> passed = new AtomicReference<>(Map.of());
    private RunningEdge edge;

    @BeforeEach
    void start() throws IOException {
        edge = new RunningEdge(RunningEdge.LIMITS,
                RouteTable.of(RunningEdge.routes(ROUTES), (route, request, sink) -> page(request)));
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    private Outcome page(PageRequest request) {
        passed.set(request.headers());
        Map<String, String> headers = Pages.id(request).equals("tagged")
                ? Map.of("etag", "\"v1\"")
                : Map.of();
        return new Outcome.Complete(Pages.page("1"), headers, Freshness.UNKNOWN);
    }

    private RawClient.Reply ask(String path, String headers) throws IOException {
        try (RawClient client = edge.connect()) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: test\r\n" + headers + "\r\n").read();
        }
    }

    @Test
    void headers_that_the_route_names_are_passed_and_no_others() throws IOException {
        ask("/products/1", "X-Tenant: a\r\nX-Other: b\r\nAccept-Language: en\r\nX-Hidden: c\r\n");
        assertEquals(Map.of("x-tenant", "a", "accept-language", "en"), passed.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Tenant", "close, x-tenant", "keep-alive ,X-TENANT, x-other",
            "x-other\r\nConnection: x-tenant"})
    void header_that_the_client_meant_for_its_connection_is_not_passed(String connection) throws IOException {
        assertEquals(200,
                ask("/products/1", "X-Tenant: a\r\nAccept-Language: en\r\nConnection: " + connection + "\r\n")
                        .status());
        assertEquals(Map.of("accept-language", "en"), passed.get());
    }

    @Test
    void page_varies_by_each_header_that_changes_it_once() throws IOException {
        assertEquals("Accept, accept-language, x-tenant", ask("/products/1", "").header("Vary"));
    }

    @Test
    void tag_of_one_part_makes_no_page_unchanged() throws IOException {
        RawClient.Reply reply = ask("/products/tagged", "If-None-Match: \"v1\"\r\n");
        assertEquals(200, reply.status());
        assertFalse(reply.body().isEmpty());
    }
}
