package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.aggregate.Freshness;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheRulesTest {
    private static Freshness of(String head, boolean credentials) {
        ReplyHead reply = new ReplyHead(Set.of());
        for (String line : head.split(" \\+ ", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0)
                reply.add(new HttpField(line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return reply.terms().freshness(credentials);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
            "Content-Type: application/json               | false | 0  | true",
            "Cache-Control: max-age=60                    | true  | 60 | true",
            "Cache-Control: Max-Age=\"60\"                | true  | 60 | true",
            "Cache-Control: max-age=60 + Age: 25          | true  | 35 | true",
            "Cache-Control: max-age=60 + Age: 61          | true  | 0  | true",
            "Cache-Control: max-age=60 + Age: soon        | true  | 60 | true",
            "Cache-Control: max-age=60, s-maxage=5        | true  | 5  | true",
            "Cache-Control: s-maxage=5 + Cache-Control: max-age=60 | true | 5 | true",
            "Cache-Control: private, max-age=60           | true  | 60 | false",
            "Cache-Control: private                       | false | 0  | false",
            "Cache-Control: no-store, max-age=60          | true  | 0  | true",
            "Cache-Control: no-cache                      | true  | 0  | true",
            "Cache-Control: max-age=never                 | true  | 0  | true",
            "Cache-Control: max-age=-1                    | true  | 0  | true",
            "Cache-Control: max-age=99999999999999999999  | true  | 2147483648 | true",
            "Cache-Control: public                        | false | 0  | true",
            "Cache-Control:                               | false | 0  | true",
            "Cache-Control: max-age=60 + Vary: *          | true  | 0  | true",
            "Cache-Control: max-age=60 + Vary: Accept     | true  | 60 | true",
            "Date: Thu, 01 Jan 2026 00:00:00 GMT + Expires: Thu, 01 Jan 2026 00:01:30 GMT | true | 90 | true",
            "Date: Thu, 01 Jan 2026 00:00:00 GMT + Expires: Thu, 01 Jan 2025 00:01:30 GMT | true | 0  | true",
            "Date: Thu, 01 Jan 2026 00:00:00 GMT + Expires: 0 | true | 0 | true",
            "Expires: Thu, 01 Jan 2026 00:01:30 GMT       | true  | 0  | true",
            "Expires: 0 + Cache-Control: max-age=7        | true  | 7  | true"})
    void head_says_how_long_the_answer_may_be_used(String head, boolean known, long seconds, boolean shared) {
        assertEquals(new Freshness(known, seconds, shared), of(head, false));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
            "Content-Type: application/json               | false | 0  | false",
            "Cache-Control: max-age=60                    | true  | 60 | false",
            "Cache-Control: public, max-age=60            | true  | 60 | true",
            "Cache-Control: s-maxage=60                   | true  | 60 | true",
            "Cache-Control: must-revalidate, max-age=60   | true  | 60 | true",
            "Cache-Control: public, private, max-age=60   | true  | 60 | false"})
    void answer_to_credentials_is_for_one_client_unless_it_says_otherwise(String head, boolean known,
            long seconds, boolean shared) {
        assertEquals(new Freshness(known, seconds, shared), of(head, true));
    }
}
