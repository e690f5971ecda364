package dev.structured.service.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.check.ConfigReader;
import dev.structured.service.client.ScriptedReply;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.server.PublicUrls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SpecsTest {
    private static final Path DEMO = Path.of("../examples/demo/specs");

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private boolean run(ServiceConfig config, Path specs) throws CommandException {
        return Specs.run(config, specs, ScriptedReply::read, PublicUrls::refusal,
                new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private Path spec(String text) throws IOException {
        return Files.writeString(folder.resolve("spec.yaml"), text);
    }

    private String refusal(String text) throws IOException {
        Path file = spec(text);
        String message = assertThrows(CommandException.class, () -> run(ConfigReader.demo().config(), file))
                .getMessage();
        assertEquals("", printed());
        return message.replace(file + ":", "");
    }

    @Test
    void specs_of_the_demo_pass() throws CommandException {
        assertTrue(run(ConfigReader.demo().config(), DEMO), this::printed);
        assertTrue(printed().contains("ok   reviews hang (300 ms of virtual time)\n"), printed());
    }

    @Test
    void retries_hedges_breakers_caches_and_shared_calls_are_the_real_ones() throws CommandException {
        assertTrue(run(Shop.config(), Shop.FOLDER.resolve("specs")), this::printed);
    }

    /// As the client of real downstreams does, they are null and complete.
    @ParameterizedTest
    @ValueSource(strings = {"{status: 204}", "{status: 205}", "{}", "{status: 202}",
            "{status: 204, body: {a: 1}}",
            "{status: 205, body: {a: 1}}"})
    void answer_without_a_body_is_null(String reply) throws Exception {
        assertStock(reply, "outcome: complete, contains: {stock: null}");
    }

    @Test
    void partial_answer_that_nobody_asked_for_is_incomplete() throws Exception {
        assertStock("{status: 206, body: {available: 3}}",
                "outcome: partial, missing: {stock: incomplete}");
    }

    /// As in the service: the pause that the downstream asks for is kept.
    @Test
    void proxied_call_is_made_again_after_the_pause_that_the_downstream_asks_for() throws Exception {
        ServiceConfig config = ConfigReader.read("routes.yaml", """
                downstreams: {shop: {url: "http://shop.test", retry: {base: 10ms}}}
                routes: [{path: /**, deadline: 5s, proxy: {to: shop}}]
                """);
        Path file = spec("""
                name: a pause
                request: {path: /x}
                downstreams:
                  shop: [{times: 1, reply: {status: 503, headers: {Retry-After: 2}}}, {reply: {body: {a: 1}}}]
                expect: {status: 200, body: {a: 1}, took: 2010ms, calls: {shop: 2}}
                """);
        assertTrue(run(config, file), this::printed);
    }

    private void assertStock(String reply, String expected) throws Exception {
        Path file = spec("""
                name: the stock
                request: {path: /products/42}
                downstreams:
                  catalog: [{reply: {body: {sku: a}}}]
                  pricing: [{reply: {body: {amount: 1}}}]
                  stock: [{reply: %s}]
                  reviews: [{reply: {body: []}}]
                  recommendations: [{reply: {body: []}}]
                expect: {status: 200, %s}
                """.formatted(reply, expected));
        assertTrue(run(ConfigReader.demo().config(), file), this::printed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls", "content_coding"})
    void downstream_can_fail_in_each_way_that_a_page_tells_of(String type) throws Exception {
        Path file = spec("""
                name: the price fails
                request: {path: /products/42}
                downstreams:
                  catalog: [{reply: {body: {sku: a}}}]
                  pricing: [{error: {type: %1$s}}]
                  stock: [{hang: true}]
                  reviews: [{hang: true}]
                  recommendations: [{hang: true}]
                expect: {status: 502, missing: {price: %1$s}}
                """.formatted(type));
        assertTrue(run(ConfigReader.demo().config(), file), this::printed);
    }

    @Test
    void failing_spec_says_everything_that_is_not_as_expected() throws Exception {
        Path file = spec("""
                name: everything is wrong
                request: {path: /products/42}
                downstreams:
                  catalog: [{reply: {status: 404, after: 7ms}}]
                  stock: [{hang: true}]
                  reviews: [{hang: true}]
                expect:
                  status: 200
                  outcome: complete
                  body: {product: 1}
                  contains: {status: 404, instance: x}
                  headers: {cache-control: max-age=60, x-parts: null}
                  missing: {}
                  took: 5ms
                  tookAtMost: 6ms
                  calls: {catalog: 2}
                """);
        assertFalse(run(ConfigReader.demo().config(), file));
        assertEquals(Shop.text("failing.txt"), printed().replace(file.toString(), "spec.yaml"));
    }

    @Test
    void failing_step_is_named() throws Exception {
        Path file = spec(
                """
                        name: two steps
                        downstreams: {catalog: [{reply: {status: 500}}], stock: [{hang: true}], reviews: \
                        [{hang: true}],
                          recommendations: [{hang: true}]}
                        steps:
                          - {request: {path: /products/1}, expect: {status: 502}}
                          - {request: {path: /products/2}, expect: {status: 200}}
                        """);
        assertFalse(run(ConfigReader.demo().config(), file));
        assertEquals("""
                FAIL two steps (spec.yaml)
                     step 2, GET /products/2
                       status: expected 200, got 502
                1 spec: 0 passed, 1 failed
                """, printed().replace(file.toString(), "spec.yaml"));
    }

    @Test
    void step_whose_time_has_passed_fails() throws Exception {
        Path file = spec("""
                name: too late
                downstreams: {catalog: [{hang: true}], stock: [{hang: true}], reviews: [{hang: true}],
                  recommendations: [{hang: true}]}
                steps:
                  - {request: {path: /products/1}, expect: {status: 504}}
                  - {request: {path: /products/1}, expect: {status: 504}}
                  - {at: 100ms, request: {path: /nothing}, expect: {status: 404}}
                """);
        assertFalse(run(ConfigReader.demo().config(), file));
        assertTrue(
                printed().contains(
                        "step 3, GET /nothing was to be sent at 100 ms, but the steps before it took "
                                + "until 800 ms"),
                printed());
    }

    @Test
    void mistakes_are_told_all_at_once_with_their_places() throws Exception {
        assertEquals(
                """
                        1:1: the spec has no 'request'; add one with a 'path', or several as 'steps'
                        2:1: unknown key 'requst' in the spec; did you mean 'request'? (known keys: name, \
                        request, downstreams, \
                        expect, steps)
                        4:3: there is no downstream 'catalogg'; did you mean 'catalog'? (known: catalog, \
                        pricing, stock, \
                        reviews, recommendations)
                        4:14: entry 1 of downstream 'catalogg' of the spec must have one of 'reply', \
                        'error' and 'hang: true'; \
                        it has none
                        5:12: downstream 'pricing' of the spec must be a list, not a mapping; \
                        begin each entry with '- '
                        6:19: 'reply' of entry 1 of downstream 'stock' of the spec must have one of \
                        'reply', 'error' and \
                        'hang: true'; it has several
                        7:21: 'type' of 'error' of entry 1 of downstream 'reviews' of the spec must be one \
                        of connect_refused, \
                        connect_timeout, dns, tls, reset, incomplete, protocol, headers_too_large, \
                        body_too_large, content_coding, \
                        invalid_json; it is 'rset'; did you mean 'reset'?
                        8:9: 'expect' of the spec says nothing; add e.g. 'status: 200'""",
                refusal("""
                        name: bad
                        requst: {path: /products/42}
                        downstreams:
                          catalogg: [{times: 3}]
                          pricing: {reply: {body: 1}}
                          stock: [{reply: {body: 1}, hang: true}]
                          reviews: [{error: rset}]
                        expect: {}
                        """));
    }

    @Test
    void request_that_cannot_be_sent_is_refused() throws Exception {
        assertEquals(
                """
                        2:19: 'path' of 'request' of spec 1 of the file must not have a query; write that \
                        as 'query', by name
                        2:39: 'deadline' of 'request' of spec 1 of the file cannot be given: the \
                        configuration trusts no header \
                        of clients with it; name one in 'deadlineHeaders' of 'server'
                        5:19: 'path' of 'request' of spec 2 of the file must begin with '/'""",
                refusal("""
                        - name: one
                          request: {path: "/a?b=c", deadline: 5ms}
                          expect: {status: 200}
                        - name: two
                          request: {path: a}
                          expect: {status: 200}
                        """));
    }

    @Test
    void one_bad_file_of_a_folder_runs_none() throws Exception {
        Files.writeString(folder.resolve("a.yaml"),
                "name: good\nrequest: {path: /x}\nexpect: {status: 404}\n");
        Files.writeString(folder.resolve("b.json"), "{");
        Files.writeString(folder.resolve("notes.txt"), "no spec");
        String message = assertThrows(CommandException.class, () -> run(ConfigReader.demo().config(), folder))
                .getMessage();
        assertTrue(message.startsWith(folder.resolve("b.json") + ":1:2: not valid YAML"), message);
        assertEquals("", printed());
    }

    @Test
    void folder_without_specs_and_missing_file_are_told() {
        Path missing = folder.resolve("missing.yaml");
        assertEquals(folder + ": no spec in this folder; a spec is a file that ends in .yaml, .yml or .json",
                assertThrows(CommandException.class, () -> run(ConfigReader.demo().config(), folder))
                        .getMessage());
        assertTrue(assertThrows(CommandException.class, () -> run(ConfigReader.demo().config(), missing))
                .getMessage()
                .startsWith(missing + ": no such file"));
    }

    @Test
    void hundred_times_the_same_spec_comes_to_the_same_and_takes_no_time() throws Exception {
        StringBuilder specs = new StringBuilder();
        String one = """
                - name: an hour
                  downstreams: {catalog: [{reply: {body: {sku: 1}}}], pricing: [{reply: {body: 1}}],
                    stock: [{hang: true}], reviews: [{hang: true}], recommendations: [{hang: true}]}
                  steps:
                    - {request: {path: /products/1}, expect: {took: 800ms}}
                    - {at: 60min, request: {path: /products/1}, expect: {took: 801ms}}
                """;
        specs.append(one.repeat(100));
        Path file = spec(specs.toString());
        assertTimeoutPreemptively(Duration.ofMinutes(2),
                () -> assertFalse(run(ConfigReader.demo().config(), file)));
        assertEquals(100,
                printed().lines().filter("       took: expected 801 ms, got 800 ms"::equals).count(),
                printed());
    }

    @Test
    void edge_is_the_one_that_serves() throws Exception {
        Path file = spec(
                """
                        - name: methods of a path
                          request: {path: /products/42, method: OPTIONS}
                          expect: {status: 204, outcome: complete, headers: {allow: "GET, HEAD, OPTIONS", \
                        content-type: null}}
                        - name: headers of a page
                          request: {path: /product/42, method: HEAD}
                          expect: {status: 404, headers: {content-type: application/problem+json}}
                        - name: form that no page has
                          request: {path: /products/42, headers: {accept: image/png}}
                          expect: {status: 406, outcome: refused}
                        - name: page that is sent as it comes in
                          request: {path: /products/42, headers: {accept: application/x-ndjson}}
                          downstreams:
                            catalog: [{reply: {status: 404}}]
                            stock: [{hang: true}]
                            reviews: [{hang: true}]
                            recommendations: [{hang: true}]
                          expect: {status: 404, outcome: failed, contains: {part: product}}
                        """);
        assertTrue(run(ConfigReader.demo().config(), file), this::printed);
    }

    @Test
    void body_limit_and_headers_are_those_of_the_service() throws Exception {
        ServiceConfig config = ConfigReader.read("shop.yaml", """
                server: {maxBody: 1KiB}
                downstreams: {d: {url: "http://d.test"}}
                routes:
                  - {path: /y, method: POST, deadline: 1s, body: {}, parts: {p: {from: d, path: /p}}}
                """);
        Path file = spec(
                """
                        - name: body that is too large
                          request: {path: /y, method: POST, body: {text: "%s"}}
                          expect: {status: 413, outcome: refused, headers: {connection: close}, contains: \
                        {maxBodyBytes: 1024}}
                        - name: body of another type
                          request: {path: /y, method: POST, headers: {content-type: text/plain}, body: {}}
                          expect: {status: 415}
                        - name: no body
                          request: {path: /y, method: POST}
                          expect: {status: 400}
                        - name: events
                          request: {path: /y, method: POST, body: {}, headers: {accept: text/event-stream}}
                          downstreams: {d: [{reply: {body: {a: 1}}}]}
                          expect:
                            status: 200
                            outcome: complete
                            headers: {content-type: text/event-stream, x-accel-buffering: "no"}
                            contains: [{event: part, part: p, value: {a: 1}}, {event: done, outcome: \
                        complete}]
                        """
                        .formatted("x".repeat(2048)));
        assertTrue(run(config, file), this::printed);
    }
}
