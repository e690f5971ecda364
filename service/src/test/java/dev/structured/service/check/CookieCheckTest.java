package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which cookies a file may pass on and give.
final class CookieCheckTest {
    private static final String FILE = """
            downstreams:
              d: {url: "http://h:1"}
              kept: {url: "http://h:1", cache: {}}
              shared: {url: "http://h:1", coalesce: true}
              own: {url: "http://h:1", headers: {Cookie: "a=b"}}
            routes: [{path: "/r/{id}", deadline: 1s, %s}]
            """;

    /// The mark stands before the place of the mistake.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            cookies: [§"a b"], parts: {p: {from: d, path: /}}                                 | must be the name of a cookie
            parts: {p: {from: d, path: "/§${cookie}"}}                                        | name one cookie of the client
            parts: {cookie: §{from: d, path: /}}                                              | the client's cookies; choose another
            cookies: §[a], parts: {p: {from: d, path: /, cookies: []}}                        | no part passes them on
            cookies: §[a], parts: {p: {value: 1}}                                             | no part passes them on
            cookies: §[a], requestHeaders: [Cookie], parts: {p: {from: d, path: /}}           | 'requestHeaders' pass on all of the header
            parts: {p: {from: d, path: /, cookies: §[a], headers: {Cookie: "b=1"}}}           | 'headers' set the header 'cookie' of part 'p'
            parts: {p: {from: own, path: /, cookies: §[a]}}                                   | 'headers' of downstream 'own' set
            parts: {p: {from: d, path: /, responseHeaders: [§Set-Cookie]}}                    | name its cookies in 'setCookies' instead
            parts: {p: {from: kept, path: /, setCookies: §[a]}}                               | downstream 'kept' has 'cache'
            parts: {p: {from: shared, path: /, setCookies: §[a]}}                             | one client's cookies to others
            parts: {p: {from: d, path: /, setCookies: [a]}, q: {from: d, path: /, setCookies: §[b]}} | it would be chance
            parts: {q: {from: d, path: /}, p: {from: d, path: /, each: "${q.x}", setCookies: §[a]}}  | none could be chosen
            answer: {etag: true}, parts: {p: {from: d, path: /, setCookies: §[a]}}            | a client that has the page would get no
            answer: {status: 302, location: "/x/§${cookie.a}"}, parts: {p: {from: d, path: /}} | has the unknown variable
            parts: {p: {value: 1, cookies: §[a]}}                                             | is for a part that is asked for
            cookies: §[a], proxy: {to: d}                                                     | is for pages
            """)
    void mistake_is_reported_at_its_place(String route, String words) {
        String path = route.contains("proxy") ? FILE.replace("/r/{id}", "/r") : FILE;
        Mistake.isReportedAtMark(path.formatted(route), words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cookies: [session, connect.sid, __Host-id], parts: {p: {from: d, path: /}}",
            "parts: {p: {from: d, path: \"/${cookie.connect.sid}\", headers: {x-a: "
                    + "\"${cookie.__Host-id}\"}}}",
            "parts: {p: {from: d, path: /, when: \"${cookie.session}\"}}",
            "parts: {p: {from: d, path: /, setCookies: [session], cookies: [session]}, q: {from: kept, "
                    + "path: /}}",
            "method: POST, parts: {p: {from: kept, path: /, method: POST, setCookies: [session]}}"})
    void good_cookies_are_good(String route) {
        assertDoesNotThrow(() -> ConfigReader.read("routes.yaml", FILE.formatted(route)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            batch: {route: §"/r/{id}", items: "${body.ids}"}                       | answers of a batch cannot set cookies
            cookies: §[a], batch: {route: "/s/{id}", items: "${body.ids}"}         | has no effect beside 'batch'
            """)
    void batch_has_no_place_for_cookies(String batch, String words) {
        Mistake.isReportedAtMark("""
                downstreams: {d: {url: "http://h:1"}}
                routes:
                  - {path: "/r/{id}", deadline: 1s, parts: {p: {from: d, path: /, setCookies: [a]}}}
                  - {path: "/s/{id}", deadline: 1s, parts: {p: {from: d, path: /}}}
                  - {path: /all, method: POST, deadline: 1s, body: {fields: {ids: array}}, %s}
                """.formatted(batch), words);
    }
}
