package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.SetCookies;
import dev.structured.service.record.Recorder;
import dev.structured.service.view.RequestText;
import dev.structured.service.view.RequestView;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Cookies that are passed on, used in calls and given to the client, over the real server.
class CookiePagesTest {
    private static final String FILE = """
            downstreams: {a: {url: "http://a.test"}}
            routes:
              - path: /passed
                deadline: 30s
                cookies: [session, theme]
                parts:
                  p: {from: a, path: /p}
                  q: {from: a, path: /q, cookies: [theme]}
                  r: {from: a, path: /r, cookies: []}
              - {path: /used, deadline: 30s, parts: {p: {from: a, path: "/of/${cookie.connect.sid}", query: \
            {t: "${cookie.theme}"}, required: true}}}
              - {path: /asked, deadline: 30s, parts: {p: {from: a, path: /x, when: "${cookie.session}"}}}
              - {path: /whole, deadline: 30s, requestHeaders: [Cookie], parts: {p: {from: a, path: /x}}}
              - {path: "/one/{id}", deadline: 30s, cookies: [session],
                 parts: {p: {from: a, path: "/one/${id}/${cookie.theme}"}}}
              - {path: /many, method: POST, deadline: 30s, body: {fields: {ids: array}},
                 batch: {route: "/one/{id}", items: "${body.ids}"}}
              - {path: /plain, deadline: 30s, parts: {p: {from: a, path: /x}}}
              - {path: /login, deadline: 30s, parts: {p: {from: a, path: /login, required: true, setCookies: \
            [session, theme], responseHeaders: [X-Own]}, q: {from: a, path: /login}}}
            """;
    private static final Freshness MINUTE = new Freshness(true, 60, true);

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private ServedFile served;

    @BeforeEach
    void serve() throws IOException {
        served = new ServedFile(FILE, Map.of("a", (Downstream) this::answer));
    }

    private Reply answer(Call call) {
        calls.add(call);
        if (!call.path().equals("/login")) {
            return new Reply(200, JsonNodeFactory.instance.objectNode(), Map.of(), MINUTE);
        }
        String cookies = SetCookies.add(SetCookies.add(
                "session=s3cr3t; Path=/; HttpOnly; Expires=Tue, 01 Jan 2030 00:00:00 GMT", "tracker=1"),
                "theme=dark");
        return new Reply(200, JsonNodeFactory.instance.objectNode(),
                Map.of("set-cookie", cookies, "x-own", "1"), MINUTE);
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private String sent(String path) {
        return calls.stream().filter(call -> call.path().equals(path)).findFirst().orElseThrow().headers()
                .getOrDefault("cookie", "none");
    }

    @Test
    void calls_send_the_cookies_of_their_list_and_no_others() throws IOException {
        RawClient.Reply reply = served.ask("GET /passed",
                "Cookie: tracker=1; theme=dark; session=s1\r\nCookie: session=s2; more=2\r\n");
        assertEquals(200, reply.status());
        assertEquals("session=s1; theme=dark", sent("/p"));
        assertEquals("theme=dark", sent("/q"));
        assertEquals("none", sent("/r"));
        assertTrue(reply.header("Vary").contains("cookie"), reply.toString());
        assertEquals("private, max-age=60", reply.header("Cache-Control"));
    }

    @Test
    void request_without_cookies_sends_none() throws IOException {
        assertEquals(200, served.ask("GET /passed", "").status());
        assertEquals("none", sent("/p"));
        assertEquals(200, served.ask("GET /asked", "").status());
        assertEquals(3, calls.size());
        assertEquals(200, served.ask("GET /asked", "Cookie: session=x\r\n").status());
        assertEquals(4, calls.size());
    }

    @Test
    void cookie_is_a_variable_that_cannot_leave_its_place() throws IOException {
        RawClient.Reply reply = served.ask("GET /used", "Cookie: connect.sid=a%2Fb/c?x#y; theme=1&2=3\r\n");
        assertEquals(200, reply.status(), reply.body());
        assertEquals("/of/a%252Fb%2Fc%3Fx%23y?t=1%262%3D3", calls.getFirst().path());
        assertEquals("private, max-age=60", reply.header("Cache-Control"));
    }

    @Test
    void cookie_that_is_needed_and_missing_is_the_clients_fault() throws IOException {
        assertEquals(400, served.ask("GET /used", "Cookie: connect.sid=a/../b\r\n").status());
        RawClient.Reply reply = served.ask("GET /used", "Cookie: theme=dark\r\n");
        assertEquals(400, reply.status());
        assertTrue(reply.body().contains("${cookie.connect.sid} is missing"), reply.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: cookie\r\nCookie: session=s1", "Cookie: session=s\u00e91",
            "X-Cookie: session=s1", "Cookie2: session=s1"})
    void cookie_that_is_not_for_us_goes_no_further(String headers) throws IOException {
        served.ask("GET /passed", headers + "\r\n");
        assertEquals("none", sent("/p"));
    }

    @Test
    void several_large_cookies_are_refused_before_a_call_is_made() throws IOException {
        String big = "x".repeat(4_000);
        RawClient.Reply reply = served.ask("GET /passed",
                "Cookie: session=" + big + "; theme=" + big + "\r\n");
        assertEquals(200, reply.status());
        assertTrue(reply.body().contains("header 'cookie' is not plain ASCII, or too long"), reply.body());
        assertFalse(reply.body().contains("xxxx"));
        assertTrue(calls.stream().noneMatch(call -> call.path().equals("/p")));
    }

    @Test
    void client_gets_the_chosen_cookies_each_in_a_line_of_its_own() throws IOException {
        try (RawClient client = served.edge.connect()) {
            client.send("GET /login HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
            List<String> lines = client.readAll().lines().toList();
            assertEquals(List.of(
                    "Set-Cookie: session=s3cr3t; Path=/; HttpOnly; Expires=Tue, 01 Jan 2030 00:00:00 GMT",
                    "Set-Cookie: theme=dark"),
                    lines.stream().filter(each -> each.toLowerCase(Locale.ROOT).startsWith("set-cookie:"))
                            .map(each -> "Set-Cookie" + each.substring("set-cookie".length())).toList());
            assertTrue(lines.contains("Cache-Control: no-store"), lines.toString());
        }
    }

    @Test
    void page_that_sets_cookies_is_not_sent_in_pieces() throws IOException {
        RawClient.Reply reply = served.ask("GET /login", "Accept: text/event-stream\r\n");
        assertEquals(406, reply.status());
        assertEquals(200, served.ask("GET /login", "Accept: text/event-stream, */*;q=0.1\r\n").status());
    }

    @Test
    void nothing_is_set_unless_the_part_says_so() throws IOException {
        assertFalse(served.ask("GET /plain", "").headers().containsKey("set-cookie"));
        assertEquals("max-age=60", served.ask("GET /plain", "Cookie: session=1\r\n").header("Cache-Control"));
        assertEquals("none", sent("/x"));
    }

    @Test
    void cookies_are_in_no_log_and_no_record() throws IOException {
        served.ask("GET /passed", "Cookie: session=s3cr3t; theme=s3cr3t\r\n");
        served.ask("GET /login", "Cookie: session=s3cr3t\r\n");
        served.ask("GET /used", "Cookie: connect.sid=s3cr3t\r\n");
        Await.until("three lines in the log", () -> served.edge.log.size() == 3);
        assertFalse(served.edge.log.toString().contains("s3cr3t"), served.edge.log.toString());
        served.edge.settle();
        List<Recorder> kept = served.edge.recordings.kept();
        assertEquals(3, kept.size());
        for (Recorder each : kept) {
            assertFalse(RequestText.of(RequestView.of(each)).contains("s3cr3t"),
                    RequestText.of(RequestView.of(each)));
        }
    }

    @Test
    void pages_of_a_batch_have_the_cookies_of_its_request() throws IOException {
        RawClient.Reply reply = served.send("POST /many",
                "Content-Type: application/json\r\nCookie: theme=dark; session=s1; other=1\r\n",
                "{\"ids\":[1,2]}");
        assertEquals(200, reply.status());
        assertEquals("session=s1", sent("/one/1/dark"));
        assertEquals("session=s1", sent("/one/2/dark"));
    }
}
