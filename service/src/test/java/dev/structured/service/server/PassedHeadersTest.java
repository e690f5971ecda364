package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.edge.Pages;
import dev.structured.service.edge.RouteTable;
import dev.structured.service.server.DepartureTest.Speech;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

    @TempDir
    private Path temp;

    private TlsFolder folder;
    private RunningEdge edge;

    @BeforeEach
    void start() throws Exception {
        folder = TlsFolder.in(temp);
        edge = edge(RunningEdge.LIMITS);
    }

    private RunningEdge edge(ServerConfig limits) throws IOException {
        return new RunningEdge(limits,
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

    @ParameterizedTest
    @ValueSource(strings = {"", "Connection: close, x-tenant\r\n"})
    void header_is_passed_over_TLS_as_without(String connection) throws Exception {
        try (RunningEdge tls = edge(DepartureTest.config(folder, Speech.HTTPS));
                RawClient client = new RawClient(tls.port, folder.ca().client())) {
            client.send("GET /products/1 HTTP/1.1\r\nHost: test\r\nX-Tenant: a\r\nX-Hidden: c\r\n"
                    + "Accept-Language: en\r\nX-Forwarded-For: 6.6.6.6\r\n" + connection + "\r\n");
            assertEquals(200, client.read().status());
            assertNotForwarded(tls);
        }
        assertEquals(connection.isEmpty()
                ? Map.of("accept-language", "en", "x-tenant", "a")
                : Map.of("accept-language", "en"), passed.get());
    }

    /// A head of HTTP/2 that names headers of its connection is no head: FaultyClientTest.
    @ParameterizedTest
    @EnumSource(names = {"H2", "H2C"})
    void headers_of_HTTP_2_that_the_route_names_are_passed_and_no_others(Speech speech) throws Exception {
        try (RunningEdge second = edge(DepartureTest.config(folder, speech));
                RawHttp2 client = new RawHttp2(second.port, speech.hasTls() ? folder.ca().client() : null)) {
            int stream = client.get("/products/1", "x-tenant", "a", "x-other", "b", "x-hidden", "c",
                    "accept-language", "en", "x-forwarded-for", "6.6.6.6", "te", "trailers");
            assertEquals(200, client.readReply(stream).status());
            assertNotForwarded(second);
        }
        assertEquals(Map.of("x-tenant", "a", "accept-language", "en"), passed.get());
    }

    private static void assertNotForwarded(RunningEdge edge) {
        assertTrue(edge.logged().contains("address=127.0.0.1 "), edge.logged());
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
