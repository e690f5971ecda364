package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What `cors` may say.
final class CorsCheckTest {
    private static final String FILE = """
            edge: {cors: {%s}}
            downstreams: {d: {url: "http://h:1"}}
            routes: [{path: /r, deadline: 1s, parts: {p: {from: d, path: /q}}}]
            """;

    /// The mark stands before the place of the mistake.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            origins: [§"*"], credentials: true                        | browsers refuse that; name the origins
            origins: [§"*", "https://a.b"]                            | stands for all origins, beside others
            origins: ["https://a.b", §"null"], credentials: true      | can make a frame without an origin
            origins: [§"https://a.b/"]                                | without a path or a slash at its end
            origins: [§"a.b"]                                         | must be scheme and host
            origins: [§"https://a.*.b"]                               | must be scheme and host
            origins: ["https://a.b§:443"]                             | has the usual port
            origins: ["http://a.b§:80"]                               | has the usual port
            origins: ["https://a.b"], methods: [§GET, PUT]            | which browsers may always use
            origins: ["https://a.b"], headers: [x-a, §"*"]            | is no header; name each of them
            origins: ["https://a.b"], exposedHeaders: [§"*"]          | is no header; name each of them
            origins: ["https://a.b"], headers: [x-a, §Cookie]         | has 'cookie', which browsers set themselves and pages cannot; remove it, and write 'credentials: true'
            origins: ["https://a.b"], headers: [§sec-fetch-site]      | which browsers set themselves and pages cannot
            origins: ["https://a.b"], exposedHeaders: [x-a, §Set-Cookie] | which browsers show to no page; remove it
            origins: §[]                                              | origin
            """)
    void mistake_is_reported_at_its_place(String cors, String words) {
        Mistake.isReportedAtMark(FILE.formatted(cors), words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"origins: [\"*\"]", "origins: [\"null\", \"http://a.b\"]",
            "origins: [\"https://*.a.b\", \"http://[::1]:3000\"], credentials: true, methods: [PATCH]"})
    void good_cors_is_good(String cors) {
        assertDoesNotThrow(() -> ConfigReader.read("routes.yaml", FILE.formatted(cors)));
    }
}
