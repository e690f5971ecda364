package dev.structured.service.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.config.ForwardedHeader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The hops that proxies report: RFC 7239, with its examples, and `X-Forwarded-For` as it is in use.
class ForwardedHopsTest {
    private static List<String> hops(String value, ForwardedHeader believed) {
        return ForwardedHops.of(Headers.of(Map.of(believed.headerName(), value)), believed).stream()
                .map(hop -> hop.address() == null
                        ? (hop.readable() ? "hidden" : "malformed")
                        : hop.address().getHostAddress())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            for="_gazonk"                                      | [hidden]
            For="[2001:db8:cafe::17]:4711"                     | [2001:db8:cafe:0:0:0:0:17]
            for=192.0.2.60;proto=http;by=203.0.113.43          | [192.0.2.60]
            for=192.0.2.43, for=198.51.100.17                  | [192.0.2.43, 198.51.100.17]
            for=192.0.2.43,for="[2001:db8:cafe::17]",for=unknown | [192.0.2.43, 2001:db8:cafe:0:0:0:0:17, hidden]
            for=_hidden, for=_SEVKISEK                         | [hidden, hidden]
            for="192.0.2.43:47011"                             | [192.0.2.43]
            for="192.0.2.43:_port"                             | [192.0.2.43]
            proto=https;for=192.0.2.1 ; host=x                 | [192.0.2.1]
            proto=https                                        | [hidden]
            host="a,b;for=6.6.6.6";for=192.0.2.1               | [192.0.2.1]
            host="a\\"b,for=6.6.6.6";for=192.0.2.1             | [192.0.2.1]
            by=6.6.6.6;xfor=6.6.6.6;for=192.0.2.1              | [192.0.2.1]
            for=192.0.2.1;for=6.6.6.6                          | [192.0.2.1]
            for=                                               | [malformed]
            for=evil.example                                   | [malformed]
            for=192.0.2.256                                    | [malformed]
            for=192.0.2                                        | [malformed]
            for=010.0.2.1                                      | [malformed]
            for=3221225985                                     | [malformed]
            for="[2001:db8::1"                                 | [malformed]
            for=2001:db8::1]x                                  | [malformed]
            ,,                                                 | []
            for=", for=192.0.2.1                               | [malformed, 192.0.2.1]
            for="6.6.6.6, for=192.0.2.1;proto=http             | [malformed, 192.0.2.1]
            for="\\, for=192.0.2.1                             | [malformed, 192.0.2.1]
            ", for="[2001:db8::1]", for="192.0.2.1:1"          | [hidden, 2001:db8:0:0:0:0:0:1, 192.0.2.1]
            """)
    void forwarded_is_read(String value, String hops) {
        assertEquals(hops, hops(value, ForwardedHeader.FORWARDED).toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            192.0.2.1                        | [192.0.2.1]
            192.0.2.1, 198.51.100.17,10.0.0.1 | [192.0.2.1, 198.51.100.17, 10.0.0.1]
            192.0.2.1:4711                   | [192.0.2.1]
            2001:db8::1                      | [2001:db8:0:0:0:0:0:1]
            [2001:db8::1]:4711               | [2001:db8:0:0:0:0:0:1]
            unknown, 192.0.2.1               | [hidden, 192.0.2.1]
            for=192.0.2.1                    | [malformed]
            evil, 192.0.2.1                  | [malformed, 192.0.2.1]
            "192.0.2.1"                      | [malformed]
            192.0.2.1:99999x                 | [malformed]
            ", 192.0.2.1                     | [malformed, 192.0.2.1]
            "6.6.6.6, "192.0.2.1, 10.0.0.1   | [malformed, malformed, 10.0.0.1]
            """)
    void x_forwarded_for_is_read(String value, String hops) {
        assertEquals(hops, hops(value, ForwardedHeader.X_FORWARDED_FOR).toString());
    }
}
