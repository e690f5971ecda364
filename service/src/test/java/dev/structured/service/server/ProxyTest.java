package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that are passed on to a downstream, and answers that are passed back, over real sockets.
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // each line ends in CR LF
class ProxyTest {
    private static final String ROUTES = """
              - {path: "/api/vet/**", deadline: 20s, proxy: {to: vets, path: "/**"}}
              - {path: "/v2/**", deadline: 20s, proxy: {to: vets, path: "/new/**"}}
              - {path: "/short/**", deadline: 300ms, proxy: {to: vets}}
              - {path: "/slashes/**", deadline: 20s, proxy: {to: vets, encodedSlash: true}}
              - {path: "/**", deadline: 20s, proxy: {to: vets}}
            """;

    /// Answers each request with the same, once its head has come.
    private static ProxyRig.Script always(ProxyRig[] rig, String answer) {
        return (in, out) -> {
            while (true) {
                rig[0].head(in);
                ProxyRig.write(out, answer);
            }
        };
    }

    private static void run(ProxyRig.Script script, ProxyRig.Body body) throws Exception {
        ProxyRig.run("", ROUTES, script, body);
    }

    private static void answering(String answer, ProxyRig.Body body) throws Exception {
        ProxyRig[] rig = new ProxyRig[1];
        run(always(rig, answer), each -> {
            rig[0] = each;
            body.run(each);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET /api/vet                          | GET /
            GET /api/vet/                         | GET /
            GET /api/vet/owners/1                 | GET /owners/1
            GET /api/vet/owners/1/?a=1&a=2&b=     | GET /owners/1/?a=1&a=2&b=
            POST /v2/pets                         | POST /new/pets
            GET /other/path?x=%2F+%20             | GET /other/path?x=%2F+%20
            GET /other?filter[name]=a^c{d}        | GET /other?filter%5Bname%5D=a%5Ec%7Bd%7D
            GET /other?q=100%                     | GET /other?q=100%25
            GET /other/%7Euser/a%20b;c=d          | GET /other/%7Euser/a%20b;c=d
            GET /slashes/a%2Fb                    | GET /slashes/a%2Fb
            PROPFIND /dav                         | PROPFIND /dav
            OPTIONS /x                            | OPTIONS /x
            DELETE /x?                            | DELETE /x?
            GET /                                 | GET /
            GET /%61pi/vet/x                      | GET /x
            """)
    void request_line_is_passed_on(String sent, String got) throws Exception {
        answering(ProxyRig.OK, rig -> {
            assertEquals(200, rig.ask(sent, "").status());
            assertEquals(got + " HTTP/1.1", rig.heads.getFirst().lines().findFirst().orElseThrow());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/vet/../admin", "/api/vet/%2e%2e/admin", "/api/vet/.%2E/admin",
            "/a/..;x=1/b",
            "/api/vet/a/..", "/api/vet/.", "/api/vet//admin", "//admin", "/api/vet/..%2fadmin", "/a%2fb",
            "/api/vet/..%5cadmin", "/api/vet/a%5Cb", "/slashes/..%2f..%2fx", "/a%00b"})
    void path_with_two_meanings_is_refused(String path) throws Exception {
        answering(ProxyRig.OK, rig -> {
            assertEquals(400, rig.ask("GET " + path, "").status(), path);
            assertTrue(rig.heads.isEmpty(), () -> rig.heads.toString());
        });
    }

    @Test
    void headers_are_passed_on_by_the_one_policy() throws Exception {
        answering(ProxyRig.OK, rig -> {
            rig.ask("GET /x", "X-Own: 1\r\nX-Own: 2\r\nCookie: a=b\r\nAuthorization: Bearer t\r\n"
                    + "Range: bytes=0-1\r\nIf-None-Match: \"x\"\r\nAccept-Encoding: gzip\r\nTE: trailers\r\n"
                    + "Keep-Alive: 5\r\nProxy-Authorization: x\r\nX-Forwarded-For: 6.6.6.6\r\nForwarded: "
                    + "for=6.6.6.6\r\n"
                    + "X-Real-IP: 6.6.6.6\r\nVia: 1.0 evil\r\nExpect: 100-continue\r\nX-Request-Id: "
                    + "mine\r\n");
            String head = rig.heads.getFirst();
            for (String line : new String[]{"X-Own: 1", "X-Own: 2", "Cookie: a=b", "Authorization: Bearer t",
                    "Range: bytes=0-1", "If-None-Match: \"x\"", "Accept-Encoding: gzip",
                    "X-Request-Id: mine"}) {
                assertTrue(head.contains(line + "\n"), () -> line + " is not in\n" + head);
            }
            for (String line : new String[]{"TE:", "Keep-Alive", "Proxy-", "6.6.6.6", "evil", "Expect",
                    "Connection", "Content-Length", "Transfer-Encoding"}) {
                assertFalse(head.contains(line), () -> line + " is in\n" + head);
            }
            assertEquals(1, head.lines().filter(line -> line.startsWith("Host:")).count());
        });
    }

    @ParameterizedTest
    @CsvSource({"POST, true", "PUT, true", "PATCH, true", "GET, false", "HEAD, false", "DELETE, false"})
    void request_without_a_body_says_so_where_one_is_expected(String method, boolean says) throws Exception {
        answering("HTTP/1.1 204 .\r\n\r\n", rig -> {
            assertEquals(204, rig.ask(method + " /x", says ? "Content-Length: 0\r\n" : "").status());
            assertEquals(says, rig.heads.getFirst().contains("Content-Length: 0\n"), rig.heads::getFirst);
        });
    }

    /// Many servers read `X_Forwarded_For` and `X-Forwarded-For` as one variable, and programs believe it.
    @ParameterizedTest
    @ValueSource(strings = {"X_Forwarded_For", "x-forwarded_for", "X-Forwarded-User",
            "X-Forwarded-Client-Cert",
            "X_Real_IP", "X-Original-URL", "X_Rewrite_Url", "X_Request_Id", "Proxy_Authorization",
            "Content_Length", "Transfer_Encoding"})
    void client_cannot_say_what_only_proxies_say(String name) throws Exception {
        answering(ProxyRig.OK, rig -> {
            rig.ask("GET /x", name + ": 66\r\nX_Own: 1\r\n");
            String head = rig.heads.getFirst();
            assertFalse(head.contains(name), () -> name + " is in\n" + head);
            assertTrue(head.contains("X_Own: 1"), head);
        });
    }

    @Test
    void header_that_the_client_means_for_its_connection_goes_no_further() throws Exception {
        answering(ProxyRig.OK, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.send("GET /x HTTP/1.1\r\nHost: t\r\nConnection: x-hop\r\nX-Hop: 1\r\n\r\n");
                assertEquals(200, client.read().status());
            }
            assertFalse(rig.heads.getFirst().contains("X-Hop"));
        });
    }

    /// The downstream gets no key, and may call public what only some clients may ask for.
    /// What one request over HTTP/2 asks for, one request over HTTP/1.1 asks for.
    @Test
    void request_of_HTTP_2_is_passed_on_as_one_of_HTTP_1() throws Exception {
        ProxyRig[] rigs = new ProxyRig[1];
        ProxyRig.run("", ROUTES + "server: {http2: {offered: always}}\n", (in, out) -> {
            rigs[0].head(in);
            ProxyRig.write(out, ProxyRig.OK);
        }, rig -> {
            rigs[0] = rig;
            try (RawHttp2 client = new RawHttp2(rig.edge.port, null)) {
                int injected = client.newStream();
                client.send(RawHttp2.HEADERS, RawHttp2.END_STREAM | RawHttp2.END_HEADERS, injected,
                        RawHttp2.head("GET /secret HTTP/1.1", "/x"));
                assertEquals(400, client.readReply(injected).status());
                int cookies = client.get("/x", "cookie", "a=1", "x-own", "1", "cookie", "b=2");
                assertEquals("ok", client.readReply(cookies).body());
            }
        });
        assertEquals(1, rigs[0].heads.size());
        List<String> lines = rigs[0].heads.getFirst().lines().toList();
        assertEquals("GET /x HTTP/1.1", lines.getFirst());
        assertEquals(List.of("cookie: a=1; b=2"),
                lines.stream().filter(line -> line.startsWith("cookie")).toList());
    }

    /// It knows that nothing else comes before the server knows that all was written.
    @ParameterizedTest
    @CsvSource({"HEAD, false", "GET, false", "GET, true"})
    void client_of_HTTP_2_that_closes_when_it_has_the_whole_answer_has_not_gone(String method,
            boolean chunked) throws Exception {
        String answer = chunked
                ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
                : ProxyRig.OK;
        ProxyRig.run("", ROUTES + "server: {http2: {offered: always}}\n", (in, out) -> {
            ProxyRig.readHead(in);
            ProxyRig.write(out, answer);
        }, rig -> {
            for (int asked = 1; asked <= 20; asked++) {
                try (RawHttp2 client = new RawHttp2(rig.edge.port, null)) {
                    client.send(RawHttp2.HEADERS, RawHttp2.END_STREAM | RawHttp2.END_HEADERS, 1,
                            RawHttp2.head(method, "/v2/x"));
                    if (chunked) client.readReply(1);
                    else
                        client.read(method.equals("HEAD") ? RawHttp2.HEADERS : RawHttp2.DATA);
                }
                int lines = asked;
                Await.until("a line in the log", () -> rig.edge.log.size() == lines);
                String line = rig.edge.log.getLast();
                assertTrue(line.contains("status=200 ") && line.contains("outcome=complete"), line);
            }
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", quoteCharacter = '`', textBlock = """
            -                                                  | private
            public, max-age=60                                 | private, max-age=60
            max-age=60, S-Maxage=90, must-revalidate           | private, max-age=60, must-revalidate
            Public,no-cache="set-cookie, x-a",private="x, y"   | private, no-cache="set-cookie, x-a"
            no-store                                           | private, no-store
            """)
    void answer_of_a_route_with_access_is_for_no_shared_cache(@Nullable String said, String control)
            throws Exception {
        String answer = "HTTP/1.1 200 OK\r\nCDN-Cache-Control: max-age=60\r\nSurrogate-Control: a\r\n"
                + (said == null ? "" : "Cache-Control: " + said + "\r\n") + "Content-Length: 0\r\n\r\n";
        String routes = """
                  - {path: "/own/**", deadline: 20s, access: {clients: [web]}, proxy: {to: vets}}
                  - {path: "/**", deadline: 20s, proxy: {to: vets}}
                clients:
                  web: {keys: "sha256:742aa448448fa95823a8dd6136752019b25af04d56f8f47eba37db1f7e27df12"}
                """;
        ProxyRig[] rig = new ProxyRig[1];
        ProxyRig.run("", routes, always(rig, answer), each -> {
            rig[0] = each;
            RawClient.Reply own = each.ask("GET /own/x", "X-API-Key: demo-web-key\r\n");
            assertEquals(control, own.header("Cache-Control"));
            assertEquals("x-api-key", own.header("Vary"));
            assertFalse(own.headers().toString().toLowerCase(Locale.ROOT).contains("cdn-"));
            assertEquals(said, each.ask("GET /x", "").headers().get("cache-control"));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 0\r\n\r\n", "Content-Length: 5\r\n\r\n",
            "Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "\r\n"})
    void answer_without_content_is_passed_back_without_a_length(String rest) throws Exception {
        answering("HTTP/1.1 204 No Content\r\n" + rest, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.send("GET /x HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
                String all = client.readAll();
                assertTrue(all.startsWith("HTTP/1.1 204 "), all);
                assertFalse(all.contains("Content-Length"), all);
                assertEquals(1, all.lines().filter(line -> line.startsWith("Date:")).count(), all);
            }
        });
    }

    @Test
    void status_and_headers_are_passed_back() throws Exception {
        answering("HTTP/1.1 418 Teapot\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Type: text/x\r\n"
                + "Server: secret/1.0\r\nETag: \"s\"\r\nCache-Control: max-age=5\r\nX-Request-Id: theirs\r\n"
                + "Connection: x-hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nDate: Tue, 01 Jan 2019 00:00:00 GMT\r\n"
                + "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", rig -> {
                    try (RawClient client = rig.edge.connect()) {
                        client.send("GET /x HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
                        String all = client.readAll();
                        for (String line : new String[]{"HTTP/1.1 418", "Set-Cookie: a=1", "Set-Cookie: b=2",
                                "Content-Type: text/x", "ETag: \"s\"", "Cache-Control: max-age=5",
                                "Date: Tue, 01 Jan 2019", "Content-Encoding: gzip", "Content-Length: 3"}) {
                            assertTrue(all.contains(line), () -> line + " is not in\n" + all);
                        }
                        for (String line : new String[]{"secret", "theirs", "X-Hop", "Keep-Alive",
                                "Transfer-"}) {
                            assertFalse(all.contains(line), () -> line + " is in\n" + all);
                        }
                        assertEquals(1, all.lines().filter(line -> line.startsWith("Date:")).count(), all);
                        assertTrue(all.endsWith("\r\n\r\nabc"), all);
                    }
                });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET  | 204 No Content\\r\\n\\r\\n                                               | 204 | ''
            GET  | 304 Not Modified\\r\\nETag: "x"\\r\\n\\r\\n                                | 304 | ''
            GET  | 304 Not Modified\\r\\nContent-Length: 700\\r\\n\\r\\n                      | 304 | ''
            HEAD | 200 OK\\r\\nContent-Length: 700\\r\\n\\r\\n                                | 200 | ''
            HEAD | 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n                         | 200 | ''
            HEAD | 404 Not Found\\r\\n\\r\\n                                              | 404 | ''
            GET  | 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n                                  | 200 | ''
            GET  | 500 Oops\\r\\nContent-Length: 3\\r\\n\\r\\nbad                             | 500 | bad
            GET  | 206 Partial\\r\\nContent-Range: bytes 0-1/9\\r\\nContent-Length: 2\\r\\n\\r\\nab | 206 | ab
            GET  | 302 Found\\r\\nLocation: /there\\r\\nContent-Length: 0\\r\\n\\r\\n          | 302 | ''
            GET  | 103 Early\\r\\nLink: x\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\n\\r\\na | 200 | a
            """)
    void answer_of_any_form_is_passed_back(String method, String answer, int status, String body)
            throws Exception {
        answering("HTTP/1.1 " + answer.replace("\\r\\n", "\r\n"), rig -> {
            for (int i = 0; i < 2; i++) { // twice, over the same connection of the downstream
                RawClient.Reply reply = rig.ask(method + " /x", "");
                assertEquals(status, reply.status());
                assertEquals(body, reply.body());
                if (answer.contains("700")) assertEquals("700", reply.header("Content-Length"));
                if (status == 204) assertFalse(reply.headers().containsKey("content-length"));
                rig.awaitEnded(i + 1);
            }
            assertEquals(1, rig.open.get());
        });
    }

    @Test
    void chunks_and_trailers_come_as_chunks() throws Exception {
        answering(
                "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n"
                        + "2\r\nde\r\n"
                        + "0\r\nX-Sum: 5\r\n\r\n",
                rig -> {
                    for (int i = 0; i < 2; i++) {
                        try (RawClient client = rig.edge.connect()) {
                            client.get("/x");
                            assertEquals("chunked", client.readHead().header("Transfer-Encoding"));
                            assertEquals("abcde", client.readChunks());
                            rig.awaitEnded(i + 1);
                        }
                    }
                    assertEquals(1, rig.open.get());
                });
    }

    @Test
    void each_piece_of_the_answer_is_passed_back_at_once() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        run((in, out) -> {
            ProxyRig.readHead(in);
            ProxyRig.write(out, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
            read.await();
            ProxyRig.write(out, "data: 1\n\n");
        }, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.get("/x");
                assertEquals("text/event-stream", client.readHead().header("Content-Type"));
                read.countDown(); // only now is there an event
                assertEquals("data: 1\n\n", client.readChunk());
            }
        });
    }

    /// Who sends much in the head opens no breaker for others.
    @Test
    void head_that_is_too_large_to_be_passed_on_is_refused() throws Exception {
        ProxyRig.run(", breaker: {minCalls: 2, window: 2}", ROUTES + "server: {maxHeader: 128KiB}\n",
                (in, out) -> {
                    ProxyRig.readHead(in);
                    ProxyRig.write(out, ProxyRig.OK);
                }, rig -> {
                    for (int i = 0; i < 3; i++) {
                        RawClient.Reply reply = rig.ask("GET /v2/x",
                                "Cookie: " + "x".repeat(70_000) + "\r\n");
                        assertEquals(431, reply.status(), reply::body);
                    }
                    assertEquals(200, rig.ask("GET /v2/x", "").status());
                });
    }

    @Test
    void websocket_is_refused() throws Exception {
        answering(ProxyRig.OK, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.send("GET /x HTTP/1.1\r\nHost: t\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
                RawClient.Reply reply = client.read();
                assertEquals(501, reply.status());
                assertTrue(reply.body().contains("WebSocket"), reply.body());
                client.send(
                        "GET /x HTTP/1.1\r\nHost: t\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: "
                                + "h2c\r\n"
                                + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");
                assertEquals(200, client.read().status());
            }
            assertEquals(1, rig.heads.size());
            assertFalse(rig.heads.getFirst().contains("Upgrade"));
        });
    }

    @Test
    void switch_of_protocols_that_nobody_asked_for_is_a_problem() throws Exception {
        answering("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
                rig -> assertEquals(502, rig.ask("GET /x", "").status()));
    }

    @Test
    void slow_reader_holds_up_the_downstream_and_not_the_memory() throws Exception {
        AtomicLong written = new AtomicLong();
        run((in, out) -> {
            ProxyRig.readHead(in);
            ProxyRig.write(out, "HTTP/1.1 200 OK\r\n\r\n");
            byte[] piece = new byte[64 * 1024];
            while (true) {
                out.write(piece);
                written.addAndGet(piece.length);
            }
        }, rig -> {
            try (RawClient client = new RawClient(rig.edge.port, 64 * 1024)) {
                client.get("/x");
                client.readHead();
                long before = -1;
                while (before != written.get()) {
                    before = written.get();
                    Thread.sleep(500);
                }
                assertTrue(before < 64L * 1024 * 1024, "written " + before);
                for (int i = 0; i < 2_000; i++) client.readChunk();
                long stuck = before;
                Await.until("the download goes on", () -> written.get() > stuck);
            }
        });
    }
}
