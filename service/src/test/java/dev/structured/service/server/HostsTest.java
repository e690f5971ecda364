package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.Reply;
import java.io.ByteArrayOutputStream;
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
import org.slf4j.LoggerFactory;

/// Routes of named hosts, over sockets. The pages tell the path of their call, which names the route.
final class HostsTest {
    private static final String NAMED = """
            server: {http2: {offered: always}}
            downstreams: {d: {url: "http://h:1"}}
            routes:
              - {path: /p, hosts: shop.example, deadline: 30s, parts: {p: {from: d, path: /shop}}}
              - {path: "/{any}", hosts: [shop.example], deadline: 30s, parts: {p: {from: d, path: /shop-any}}}
              - {path: /p, hosts: ["*.shop.example", Other.Example], deadline: 30s, parts: {p: {from: d, \
            path: /below}}}
              - {path: /p, hosts: "*.eu.shop.example", deadline: 30s, parts: {p: {from: d, path: /eu}}}
              - {method: POST, path: /p, hosts: "*.shop.example", deadline: 30s, body: {}, parts: {p: {from: \
            d, path: /post}}}
            """;
    private static final String WITH_OTHERS = NAMED + """
              - {path: /p, deadline: 30s, parts: {p: {from: d, path: /default}}}
              - {path: /everywhere, deadline: 30s, parts: {p: {from: d, path: /everywhere}}}
            """;

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private ServedFile named;
    private ServedFile withOthers;

    @BeforeEach
    void start() throws IOException {
        Downstream downstream = call -> {
            calls.add(call);
            return new Reply(200, JsonNodeFactory.instance.objectNode());
        };
        named = new ServedFile(NAMED, Map.of("d", downstream));
        withOthers = new ServedFile(WITH_OTHERS, Map.of("d", downstream));
    }

    @AfterEach
    void stop() {
        named.close();
        withOthers.close();
    }

    /// The columns: the host, the answer of the file with routes for all hosts, and that of the file without.
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            shop.example            | /shop    | /shop
            SHOP.Example            | /shop    | /shop
            shop.example.           | /shop    | /shop
            shop.example:8080       | /shop    | /shop
            shop.example.:443       | /shop    | /shop
            www.shop.example        | /below   | /below
            a.b.shop.example        | /below   | /below
            other.example           | /below   | /below
            OTHER.EXAMPLE:1         | /below   | /below
            de.eu.shop.example      | /eu      | /eu
            eu.shop.example         | /below   | /below
            unknown.example         | /default | 421
            myshop.example          | /default | 421
            shop.example.evil.test  | /default | 421
            evil.test.              | /default | 421
            x.other.example         | /default | 421
            example                 | /default | 421
            127.0.0.1               | /default | 421
            [::1]:8080              | /default | 421
            shop%2eexample          | /default | 421
            .shop.example           | /default | 421
            xn--shp-0na.example     | /default | 421
            """)
    void most_specific_host_answers(String host, String withDefaults, String without) throws Exception {
        for (boolean second : List.of(false, true)) {
            assertEquals(withDefaults, answer(withOthers, host, second), "HTTP/2: " + second);
            assertEquals(without, answer(named, host, second), "HTTP/2: " + second);
        }
    }

    /// Over HTTP/1.1 or HTTP/2.
    private String answer(ServedFile served, String host, boolean second) throws IOException {
        calls.clear();
        int status = second ? secondStatus(served, host) : get(served, "/p", host).status();
        return status == 200 ? calls.getFirst().path() : Integer.toString(status);
    }

    private static RawClient.Reply get(ServedFile served, String target, String host) throws IOException {
        try (RawClient client = served.edge.connect()) {
            return client.send("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").read();
        }
    }

    private static int secondStatus(ServedFile served, String host, String... more) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        RawHttp2.literal(head, ":method", "GET");
        RawHttp2.literal(head, ":scheme", "http");
        if (!host.isEmpty()) RawHttp2.literal(head, ":authority", host);
        RawHttp2.literal(head, ":path", "/p");
        for (int i = 0; i < more.length; i += 2) RawHttp2.literal(head, more[i], more[i + 1]);
        try (RawHttp2 client = new RawHttp2(served.edge.port, null)) {
            int stream = client.newStream();
            client.send(RawHttp2.HEADERS, RawHttp2.END_STREAM | RawHttp2.END_HEADERS, stream,
                    head.toByteArray());
            return client.readReply(stream).status();
        }
    }

    @Test
    void unknown_host_is_told_so() throws Exception {
        RawClient.Reply reply = get(named, "/p", "unknown.example");

        assertEquals(421, reply.status());
        assertEquals("application/problem+json", reply.header("Content-Type"));
        assertTrue(reply.body().contains("does not answer for the host"), reply.body());
        assertTrue(!reply.body().contains("unknown.example"), reply.body());
    }

    /// A host that is known has its own 404, routes for all hosts included.
    @Test
    void path_that_no_route_of_the_host_has_is_not_found() throws Exception {
        assertEquals(404, get(named, "/nothing", "other.example").status());
        assertEquals(404, get(named, "/a/b", "shop.example").status());
        assertEquals(200, get(withOthers, "/everywhere", "other.example").status());
        assertEquals("/everywhere", calls.getLast().path());
        assertEquals(200, get(withOthers, "/everywhere", "shop.example").status());
        assertEquals("/shop-any", calls.getLast().path());
    }

    @Test
    void methods_are_those_of_the_host() throws Exception {
        for (String host : List.of("www.shop.example", "other.example")) {
            try (RawClient client = named.edge.connect()) {
                RawClient.Reply reply = client.send("OPTIONS /p HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                        .read();
                assertEquals(host.startsWith("w") ? "GET, HEAD, POST, OPTIONS" : "GET, HEAD, OPTIONS",
                        reply.header("Allow"));
            }
        }
    }

    /// A request that names two hosts is refused, so that nobody reads one and somebody else the other.
    @ParameterizedTest
    @ValueSource(strings = {"GET /p HTTP/1.1\r\nHost: shop.example\r\nHost: other.example\r\n\r\n",
            "GET http://other.example/p HTTP/1.1\r\nHost: shop.example\r\n\r\n",
            "GET /p HTTP/1.1\r\n\r\n", "GET /p HTTP/1.1\r\nHost: shop.example, other.example\r\n\r\n",
            "GET /p HTTP/1.1\r\nHost: a@shop.example\r\n\r\n",
            "GET /p HTTP/1.1\r\nHost: shop.example/p\r\n\r\n",
            "GET /p HTTP/1.1\r\nHost: shop.example:80:80\r\n\r\n",
            "GET /p HTTP/1.1\r\nHost: shop.example:x\r\n\r\n",
            "GET /p HTTP/1.1\r\nHost: shop example\r\n\r\n"})
    void request_of_two_hosts_or_of_none_is_refused(String request) throws Exception {
        try (RawClient client = named.edge.connect().send(request)) {
            assertEquals(400, client.read().status());
        }
        assertEquals(List.of(), calls);
    }

    @Test
    void target_that_is_a_whole_url_has_the_host_of_its_header() throws Exception {
        assertEquals(200, get(named, "http://shop.example/p", "shop.example").status());
        assertEquals("/shop", calls.getLast().path());
    }

    @Test
    void request_without_any_host_is_for_the_routes_of_all_hosts() throws Exception {
        try (RawClient client = withOthers.edge.connect().send("GET /p HTTP/1.0\r\n\r\n")) {
            assertEquals(200, client.read().status());
        }
        assertEquals("/default", calls.getLast().path());
    }

    @Test
    void headers_of_proxies_name_no_host() throws Exception {
        try (RawClient client = named.edge.connect()) {
            client.send("GET /p HTTP/1.1\r\nHost: unknown.example\r\n" + String.join("\r\n",
                    "X-Forwarded-Host: shop.example", "Forwarded: host=shop.example", "", ""));
            assertEquals(421, client.read().status());
        }
    }

    /// Over HTTP/2, `host` must not contradict `:authority` (RFC 9113, 8.3.1).
    @Test
    void second_host_of_http2_does_not_count() throws Exception {
        int status = secondStatus(named, "unknown.example", "host", "shop.example");
        assertTrue(List.of(400, 421).contains(status), () -> "status " + status);
        assertEquals(List.of(), calls);
        assertEquals(200, secondStatus(named, "", "host", "shop.example"));
        assertEquals("/shop", calls.getLast().path());
    }

    @Test
    void request_of_http2_without_any_host_is_refused() throws Exception {
        assertEquals(400, secondStatus(withOthers, ""));
        assertEquals(400, secondStatus(named, ""));
        assertEquals(400, secondStatus(withOthers, "", ":authority", ""));
        assertEquals(List.of(), calls);
    }

    /// Else every such request would write a line with the client's words.
    @Test
    void log_does_not_repeat_hosts_that_are_refused() {
        for (String name : List.of("org.eclipse.jetty.util.HostPort", "org.eclipse.jetty.http.HttpParser")) {
            assertFalse(LoggerFactory.getLogger(name).isWarnEnabled(), name);
        }
    }

    @Test
    void name_of_the_route_has_its_first_host_and_no_other() throws Exception {
        get(withOthers, "/p", "www.shop.example");
        withOthers.edge.settle();
        assertEquals("*.shop.example/p", withOthers.edge.observer.one().route());
    }

    @Test
    void long_host_with_many_dots_is_no_burden() throws Exception {
        assertEquals("/default", answer(withOthers, "a.".repeat(3_000) + "shop.example", false));
        assertEquals("421", answer(named, "a.".repeat(3_000) + "shop.example", false));
    }
}
