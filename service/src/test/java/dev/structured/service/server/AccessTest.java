package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.aggregate.Freshness;
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

/// Who may ask for a route, by its key, over the real server.
class AccessTest {
    private static final String FILE = """
            edge: {cors: {origins: ["https://a.test"]}}
            clients:
              web: {keys: "sha256:742aa448448fa95823a8dd6136752019b25af04d56f8f47eba37db1f7e27df12"}
              partner:
                keys:
                  - "sha256:5f7b2ed74a9736a538a6fb5a5a1a76afdcdd0d177d7fc6e79c6b6843527d848d"
                  - "sha256:02123c1ea300a45816bf6e565b40e411dcff9115aa9d92374f33be531867e3c2"
            downstreams: {a: {url: "http://a.test"}}
            routes:
              - {path: /open, deadline: 30s, parts: {p: {from: a, path: /open}}}
              - path: /web
                deadline: 30s
                access: {clients: [web]}
                answer: {etag: true}
                parts: {p: {from: a, path: "/of/${client.name}"}}
              - path: /both
                method: POST
                deadline: 30s
                body: {}
                access: {clients: [web, partner]}
                parts: {p: {from: a, path: /x, query: {who: "${client.name}"}}}
              - path: /pages/{id}
                deadline: 30s
                access: {clients: [web]}
                parts: {p: {from: a, path: "/of/${client.name}/${id}"}}
              - path: /batch
                method: POST
                deadline: 30s
                access: {clients: [web]}
                body: {}
                batch: {route: "/pages/{id}", items: "${body.ids}"}
              - path: "/closed/**"
                deadline: 30s
                access: {clients: [web]}
                proxy: {to: a, encodedSlash: true}
              - {path: "/wide/**", deadline: 30s, proxy: {to: a, path: "/**", encodedSlash: true}}
            """;
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private ServedFile served;

    @BeforeEach
    void serve() throws IOException {
        served = new ServedFile(FILE, Map.of("a", call -> {
            calls.add(call.path());
            return new Reply(200, JsonNodeFactory.instance.objectNode(), Map.of(),
                    new Freshness(true, 60, true));
        }));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private static String key(String key) {
        return "X-API-Key: " + key + "\r\n";
    }

    @Test
    void client_with_a_key_is_known_in_calls_and_in_the_log() throws IOException {
        assertEquals(200, served.ask("GET /web", key("demo-web-key")).status());
        assertEquals(List.of("/of/web"), calls);
        assertTrue(served.edge.logged().contains("client=web"), served.edge.logged());
    }

    @ParameterizedTest
    @CsvSource({"demo-web-key, web", "demo-partner-key, partner", "demo-partner-key-2, partner"})
    void calls_for_two_clients_are_never_equal(String key, String name) throws IOException {
        String headers = key(key) + "Content-Type: application/json\r\n";
        assertEquals(200, served.send("POST /both", headers, "{}").status());
        assertEquals(List.of("/x?who=" + name), calls);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X-API-Key: \r\n", "X-API-Key: demo-web-key2\r\n",
            "X-API-Key: Demo-web-key\r\n",
            "Authorization: Bearer demo-web-key\r\n",
            "X-API-Key: 742aa448448fa95823a8dd6136752019b25af04d56f8f47eba37db1f7e27df12\r\n",
            "X-API-Key: sha256:742aa448448fa95823a8dd6136752019b25af04d56f8f47eba37db1f7e27df12\r\n",
            "X-API-Key: demo-web-key\r\nX-API-Key: demo-web-key\r\n",
            "X-API-Key: demo-web-key, demo-web-key\r\n"})
    void request_that_does_not_say_who_asks_is_refused(String headers) throws IOException {
        RawClient.Reply reply = served.ask("GET /web", headers);
        assertEquals(401, reply.status());
        assertEquals("ApiKey realm=\"x-api-key\"", reply.header("WWW-Authenticate"));
        assertTrue(reply.body().contains("unknown-client"), reply.body());
        assertFalse(reply.body().contains("demo"), reply.body());
        assertEquals("no-store", reply.header("Cache-Control"));
        assertEquals(List.of(), calls);
    }

    @Test
    void client_of_another_route_is_refused() throws IOException {
        assertEquals(403, served.ask("GET /web", key("demo-partner-key")).status());
        assertEquals(List.of(), calls);
    }

    @Test
    void body_is_not_read_of_a_request_that_is_refused() throws IOException {
        try (RawClient client = served.edge.connect()) {
            client.send("POST /both HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n");
            RawClient.Reply reply = client.read();
            assertEquals(401, reply.status());
            assertEquals("close", reply.header("Connection"));
            assertTrue(client.atEnd());
        }
    }

    /// A body that looks like a request is none.
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 26\r\n\r\nGET /open HTTP/1.1\r\nX: y\r\n",
            "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "Content-Length: 2\r\n\r\n{}"})
    void connection_is_kept_if_the_short_body_of_a_refused_request_has_come(String rest) throws IOException {
        try (RawClient client = served.edge.connect()) {
            for (int i = 0; i < 3; i++) {
                RawClient.Reply reply = client.send("POST /both HTTP/1.1\r\nHost: x\r\n" + rest).read();
                assertEquals(401, reply.status());
                assertFalse(reply.headers().containsKey("connection"), reply.toString());
            }
            assertEquals(200, client.get("/open").read().status());
            assertEquals(List.of("/open"), calls);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n",
            "Content-Length: 3\r\n\r\n{}", "Content-Length: 20000\r\n\r\n{}",
            "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", "Transfer-Encoding: chunked\r\n\r\nno\r\n"})
    void body_that_has_not_come_or_is_malformed_is_not_awaited(String rest) throws IOException {
        try (RawClient client = served.edge.connect()) {
            RawClient.Reply reply = client.send("POST /both HTTP/1.1\r\nHost: x\r\n" + rest).read();
            assertEquals(401, reply.status());
            assertEquals("close", reply.header("Connection"));
            assertTrue(client.atEnd());
        }
    }

    @Test
    void answer_is_for_one_client_only() throws IOException {
        RawClient.Reply reply = served.ask("GET /web", key("demo-web-key"));
        assertEquals("private, max-age=60", reply.header("Cache-Control"));
        assertEquals("Accept, Origin, x-api-key", reply.header("Vary"));
    }

    @Test
    void tag_is_no_way_around() throws IOException {
        assertEquals(401, served.ask("GET /web", "If-None-Match: *\r\n").status());
        assertEquals(401, served.ask("HEAD /web", "").status());
    }

    @Test
    void route_without_access_is_for_anyone() throws IOException {
        RawClient.Reply reply = served.ask("GET /open", "");
        assertEquals(200, reply.status());
        assertEquals("max-age=60", reply.header("Cache-Control"));
        assertEquals("Accept, Origin", reply.header("Vary"));
        assertEquals(405, served.ask("DELETE /web", "").status());
    }

    @Test
    void preflight_needs_no_key_and_a_refusal_can_be_read_by_its_page() throws IOException {
        String origin = "Origin: https://a.test\r\n";
        assertEquals(204,
                served.ask("OPTIONS /web", origin + "Access-Control-Request-Method: GET\r\n").status());
        assertEquals("https://a.test", served.ask("GET /web", origin).header("Access-Control-Allow-Origin"));
    }

    @Test
    void pages_of_a_batch_know_the_client_too() throws IOException {
        String headers = key("demo-web-key") + "Content-Type: application/json\r\n";
        assertEquals(200, served.send("POST /batch", headers, "{\"ids\":[1]}").status());
        assertEquals(List.of("/of/web/1"), calls);
        assertEquals(401,
                served.send("POST /batch", "Content-Type: application/json\r\n", "{\"ids\":[1]}").status());
    }

    /// No other spelling of a path leads past its access, to its page or to its downstream.
    @ParameterizedTest
    @ValueSource(strings = {"/web", "/pages/1", "/closed", "/closed/", "/closed/a"})
    void no_spelling_of_a_path_passes_its_access(String path) throws Exception {
        for (String spelling : spellings(path)) {
            for (String method : List.of("GET", "HEAD", "POST", "QUERY", "get")) {
                int status = served.ask(method + " " + spelling, "").status();
                assertTrue(List.of(400, 401, 404, 405).contains(status),
                        () -> method + " " + spelling + ": " + status);
            }
        }
        assertEquals(List.of(), calls);
    }

    private static List<String> spellings(String path) {
        String rest = path.substring(1);
        return List.of(path, path + "/", path + "//", "/" + path, "/." + path, "/wide/.." + path,
                "/wide/%2e%2e" + path, "/wide/..%2f" + rest, "/wide/%2e%2e%2f" + rest, "/wide/..;/" + rest,
                "/wide" + path + "/../.." + path, path + ".", path + "%2e", path + ";a=b", path + "%20",
                path + "%00", path + "?", path + "#", path + "/.", path + "/.." + path, path + "%2f",
                path + "%2F..", path + "%5c", path + "\\", path.replace("/", "\\"), path.replace("/", "%2F"),
                path.replace("/", "%5c"), path.replace("/", "/%25"), path.replace("/", "/%c0%af"),
                path.replace("/", "/;/"), path.replace("/", ";/"), path.replace('e', 'E'),
                path.replace("e", "%65"), path.replace("e", "%45"), "http://test" + path,
                "HTTP://TEST:80" + path, "http://other" + path, "http://u:p@test" + path,
                "ftp://test" + path);
    }
}
