package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.yaml.ConfigException;
import dev.structured.service.yaml.Problem;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Names of downstreams that certificates can be for.
class TlsNamesTest {
    /// The JDK verifies no certificate for such a name, so that each call would fail.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            url: "https://shop_db:1"                                 | 'url' .*tls: .serverName: NAME
            urls: ["https://a:1", "https://b_c:1"]                   | 'b_c'.*tls: .serverName: NAME
            dns: "https://shop_db:1"                                 | tls: .serverName: NAME
            url: "https://a:1", tls: {serverName: shop_db}           | 'shop_db', for which there can be no
            url: "https://a:1", tls: {serverName: "a b"}             | 'a b', for which there can be no
            """)
    void host_that_no_certificate_can_be_for_is_told(String keys, String words) {
        List<Problem> problems = downstream(keys);
        assertEquals(1, problems.size(), problems::toString);
        assertTrue(problems.getFirst().message().matches("(?s).*" + words + ".*"), problems::toString);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            url: "https://shop_db:1", tls: {serverName: shop.example}
            url: "http://shop_db:1"
            url: "https://stock.shop.svc.cluster.local.:1"
            url: "https://[::1]:1"
            url: "https://10.0.0.1"
            """)
    void host_that_a_certificate_can_be_for_is_good(String keys) {
        assertEquals(List.of(), downstream(keys));
    }

    private static List<Problem> downstream(String keys) {
        try {
            ConfigReader.read("test.yaml", """
                    downstreams: {d: {%s}}
                    routes: [{path: /r, deadline: 1s, parts: {p: {from: d, path: /}}}]
                    """.formatted(keys));
            return List.of();
        } catch (ConfigException e) {
            return e.problems();
        }
    }
}
