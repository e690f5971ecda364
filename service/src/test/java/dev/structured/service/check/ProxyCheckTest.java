package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a route with `proxy` may say.
final class ProxyCheckTest {
    private static final String FILE = """
            downstreams:
              d: {url: "http://h:1"}
              h2: {url: "http://h:1", protocol: h2c}
            routes:
              - {%s, deadline: 1s}
              - {path: "/pages/{id}", deadline: 1s, parts: {p: {from: d, path: /p}}}
            """;

    /// The mark stands before the place of the mistake.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            path: /a/**, proxy: {to: §x}                             | names the unknown downstream 'x' (known: d, h2)
            path: /a/**, proxy: {to: §h2}                            | requests are passed on by HTTP/1.1
            path: /a/**, proxy: {to: d, path: §/b}                   | would lose what the route's '**' stands for; write e.g. '/b/**'
            path: /a, proxy: {to: d, path: §/b/**}                   | ends in '**', but the route's path does not
            path: /a/**, proxy: {to: d, path: §"/b/{x}/**"}          | has a parameter, but must be a path
            path: /a/**, proxy: {to: d}, answer: §{etag: true}       | is for pages, but the route has a 'proxy'
            path: /a/**, proxy: {to: d}, method: §POST               | has no effect beside 'proxy', which answers all methods
            path: /a/**, proxy: {to: d}, parts: §{p: {from: d, path: /p}} | is for pages, but the route has a 'proxy'
            path: /a/**, proxy: {to: d, maxBody: §1B}                | must be between 1KiB and 1024MiB
            path: §/a/**, parts: {p: {from: d, path: /p}}            | ends in '**', which is for routes with a 'proxy'
            path: /a/§**/b, proxy: {to: d}                           | has '**', which is for the end of a path
            path: /a/§*, proxy: {to: d}                              | has the segment '*'
            """)
    void mistake_is_reported_at_its_place(String route, String words) {
        Mistake.isReportedAtMark(FILE.formatted(route), words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"path: /**", "path: /pages/**", "path: /pages", "path: '/{any}/**'",
            "path: '/pages/{x}'"})
    void narrower_route_behind_a_wider_proxy_can_never_be_reached(String path) {
        String file = FILE.formatted(path + ", proxy: {to: d}").replace("path: \"/pages/{id}\"",
                "path: §\"/pages/{id}\"");
        if (path.equals("path: /pages")) {
            assertDoesNotThrow(() -> ConfigReader.read("t.yaml", file.replace("§", "")));
        } else {
            Mistake.isReportedAtMark(file,
                    "comes first and passes its requests on; put the narrower route first");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"path: /a/**, proxy: {to: d}", "path: /a/**, proxy: {to: d, path: /**}",
            "path: /a, proxy: {to: d, path: /b, maxBody: 1000MiB}", "path: '/a/{id}/**', proxy: {to: d}"})
    void good_proxy_is_good(String route) {
        assertDoesNotThrow(() -> ConfigReader.read("t.yaml", FILE.formatted(route)));
    }
}
