package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.yaml.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DownstreamsTest {

    @ParameterizedTest
    @ValueSource(strings = {"http://host", "http://host:1", "http://127.0.0.1:65535", "'http://[::1]:9001'",
            "HTTP://shop.example:80", "demo:stock", "https://host", "https://host:1/shop", "http://host:1/",
            "http://host:1/shop/v1", "http://host:1/caf%C3%A9", "http://my_host:80"})
    void usable_url_is_read(String url) throws ConfigException {
        String text = Mistake.GOOD.replace("http://localhost:9001", url);

        assertEquals(url.replace("'", ""),
                ConfigReader.read("routes.yaml", text).downstreams().get("catalog").endpoints().urls()
                        .getFirst().toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            http://host:1//       | 10 | must not have '//', '/./' or '/../' in its path, which is '//'
            http://host:1/a/../b  | 10 | must not have '//', '/./' or '/../' in its path
            http://host:1/..      | 10 | must not have '//', '/./' or '/../' in its path
            http://me:word@host:1 | 10 | must not contain a user or password
            http://host:1/a/ä     | 26 | must not contain 'ä' in its path; write it percent-encoded: %C3%A4
            http://host:1?a=b     | 10 | must not contain '?' or '#'
            http://host:1#top     | 10 | must not contain '?' or '#'
            http://host:0         | 10 | must have a port between 1 and 65535; it is 0
            http://host:65536     | 10 | must have a port between 1 and 65535; it is 65536
            http://my+host:80     | 10 | has no valid host
            http:host             | 10 | has no valid host
            http://ho st          | 19 | must be http://host:port or https://host:port, or demo:NAME
            localhost:9001        | 10 | must be http://host:port or https://host:port, or demo:NAME
            /catalog              | 10 | must be http://host:port or https://host:port, or demo:NAME
            file:///etc/passwd    | 10 | must be http://host:port or https://host:port, or demo:NAME
            demo:catalogue        | 10 | names the unknown demo 'catalogue'; did you mean 'catalog'?
            demo:shop             | 10 | (demos: catalog, pricing, stock, reviews, recommendations, users, orders, north, south, east, pricing-2, pricing-3)
            """)
    void other_url_is_an_error(String url, int column, String words) {
        Mistake.replacing("http://localhost:9001", url).isReported(3, column,
                "'url' of downstream 'catalog' ", words);
    }

    @ParameterizedTest
    @CsvSource({"h2, http, https", "h2c, https, http"})
    void version_of_HTTP_fits_the_url(String protocol, String scheme, String needed) {
        Mistake.replacing("http://localhost:9001", scheme + "://localhost:9001\n    protocol: " + protocol)
                .isReported(4, 15, "'protocol' of downstream 'catalog' ",
                        "is for a downstream whose 'url' begins with " + needed + "://");
    }

    @Test
    void header_that_send_sets_cannot_be_set_otherwise() {
        Mistake.replacing("http://localhost:9001",
                "http://localhost:9001\n    send: {via: true}\n    headers: {Via: me}")
                .isReported(5, 15, "", "has 'via', which 'send' sets for each call");
    }

    @Test
    void tls_is_for_https_only() {
        Mistake.replacing("http://localhost:9001", "http://localhost:9001\n    tls: {serverName: shop}")
                .isReported(4, 10, "'tls' of downstream 'catalog' ", "whose 'url' begins with https://");
    }

    @Test
    void pem_file_that_is_not_there_is_an_error() {
        Mistake.replacing("http://localhost:9001", "https://localhost:9001\n    tls: {ca: no-such.pem}")
                .isReported(4, 15, "'ca' ", "which is not there");
    }

    @Test
    void password_in_a_url_is_not_repeated() {
        String message = Mistake.replacing("http://localhost:9001", "http://me:secret@host:1").problems()
                .getFirst().message();

        assertEquals(-1, message.indexOf("secret"));
    }

    @Test
    void name_that_cannot_be_used_is_an_error() {
        Mistake.replacing("  pricing:", "  pricing: {url: demo:stock}\n  9lives:").isReported(5, 3,
                "downstream '9lives' has a name that cannot be used", "letter");
        Mistake.replacing("  pricing:", "  pricing: {url: demo:stock}\n  'a b':").isReported(5, 3,
                "downstream 'a b' has a name");
    }

    @Test
    void unknown_downstream_is_an_error_with_a_suggestion() {
        Mistake.replacing("from: catalog", "from: catalogue").isReported(11, 15,
                "'from' of part 'product' of route '/products/{id}' names the unknown downstream "
                        + "'catalogue'; did you mean 'catalog'? (known: catalog, pricing)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            headers: {§Transfer-Encoding: chunked}          | has 'transfer-encoding', which belongs to one connection
            headers: {§Host: x}                             | has 'host', which the downstream's 'url' decides
            headers: {§X-Request-Id: x}                     | which the service sets itself, to the request's id
            headers: {§x-envoy-upstream-rq-timeout-ms: "1"} | write 'deadlineHeaders' in the downstream instead
            headers: {§Idempotency-Key: "1"}                | write 'idempotencyKey' in the part instead
            adaptiveLimit: {min: §20}                       | begin below its least: 'min' is 20, 'start' is 16
            adaptiveLimit: {start: §1}                      | begin below its least: 'min' is 2, 'start' is 1
            adaptiveLimit: {start: §65}                     | begin above all connections: 'start' is 65, 'maxConnections' is 64
            adaptiveLimit: §{}, maxConnections: 8           | begin above all connections: 'start' is 16, 'maxConnections' is 8
            breaker: {minCalls: §101}                       | keeps the breaker closed forever: 'minCalls' is 101
            breaker: {window: §19}                          | only the last 19 calls count
            retry: {base: §251ms}                           | makes the first pause longer than the longest: 'base' is 251ms, 'cap' is 250ms
            retry: {cap: §24ms}                             | makes the first pause longer than the longest: 'base' is 25ms, 'cap' is 24ms
            retry: §5                                       | must be a mapping ('key: value' lines), not a single value (known keys: attempts, base, cap, statuses)
            §circuitBreaker: {}                             | unknown key 'circuitBreaker' in downstream 'd'; did you mean 'breaker'?
            hedge: §p49                                     | must be at least p50
            hedge: {attempts: §6}                           | must be between 2 and 5
            extra: §101%                                    | must be between 0% and 100%
            """)
    void keys_of_a_downstream_fit_together(String keys, String words) {
        Mistake.isReportedAtMark("downstreams: {d: {url: demo:stock, " + keys + "}}\n" + """
                routes:
                  - {path: /, deadline: 1s, parts: {p: {value: 1}}}
                """, words);
    }

    @Test
    void value_of_a_header_is_never_shown() {
        String message = Mistake.replacing("url: http://localhost:9001",
                "url: http://localhost:9001\n    headers: {authorization: \"secr\\u0001et\"}")
                .problems()
                .toString();

        assertEquals(-1, message.indexOf("secr"), message);
    }
}
