package dev.structured.service.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.structured.service.aggregate.Call;
import dev.structured.service.client.DownstreamText;
import dev.structured.service.client.ScriptedReply;
import dev.structured.service.config.CacheConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What answers say about their reuse, against RFC 9111 and RFC 5861, and what a file says against it.
class KeepingRulesTest {
    private static final long NOW = Long.MAX_VALUE - TimeUnit.HOURS.toNanos(1); // it may overflow
    private static final String CACHE = "freshFor: 5s, staleWhileRevalidate: 30s, staleFor: 100s";

    private static String kept(String cache, String more, String head, Map<String, String> sent) {
        DownstreamConfig config = DownstreamText.read("d", "cache: {" + cache + "}", more);
        CacheConfig rules = config.cache();
        assertTrue(rules != null);
        Call call = new Call(Method.GET, "/a", "/a", sent, null, Set.of(), true, true);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line : head.split(" \\+ ", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        KeptAnswer kept = new KeepingRules(rules, config)
                .kept(call, ScriptedReply.of(call, 200, headers, NullNode.getInstance()), NOW, NOW);
        return kept == null
                ? "not kept"
                : left(kept.freshUntil()) + " " + left(kept.refreshedUntil()) + " "
                        + left(kept.onFailureUntil());
    }

    private static long left(long until) {
        return TimeUnit.NANOSECONDS.toSeconds(Math.max(0, until - NOW));
    }

    /// Seconds from now until which the answer is fresh, may be given while it is refreshed, and may replace
    /// a failed call's.
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {
            // RFC 9111, 4.2: freshness
            "nothing                         | Content-Type: application/json                        | 5 35 105",
            "max-age                         | Cache-Control: max-age=60                             | 60 90 160",
            "Age counts                      | Cache-Control: max-age=60 + Age: 20                   | 40 70 140",
            "max-age=0 is stale, and kept    | Cache-Control: max-age=0                              | 0 30 100",
            "s-maxage before max-age         | Cache-Control: s-maxage=9, max-age=60, stale-if-error=50, stale-while-revalidate=20 | 9 29 59",
            "an unreadable number            | Cache-Control: max-age=soon                           | 0 30 100",
            // 5.2.2: what forbids
            "no-store                        | Cache-Control: no-store, max-age=60 + ETag: \"a\"     | not kept",
            "no-cache without validator      | Cache-Control: no-cache                               | not kept",
            "no-cache with validator         | Cache-Control: no-cache, max-age=60 + ETag: \"a\"     | 0 0 0",
            "no-cache of fields              | Cache-Control: no-cache=\"x-a\" + ETag: \"a\"         | 0 0 0",
            "private                         | Cache-Control: private, max-age=60                    | not kept",
            "must-revalidate                 | Cache-Control: max-age=60, must-revalidate            | 60 60 60",
            "proxy-revalidate                | Cache-Control: max-age=60, proxy-revalidate           | 60 60 60",
            "s-maxage is proxy-revalidate    | Cache-Control: s-maxage=60                            | 60 60 60",
            "must-revalidate before 5861     | Cache-Control: max-age=60, must-revalidate, stale-if-error=50, stale-while-revalidate=20 | 60 60 60",
            // RFC 5861, bounded by the file
            "stale-if-error=0                | Cache-Control: max-age=60, stale-if-error=0           | 60 90 60",
            "stale-if-error                  | Cache-Control: max-age=60, stale-if-error=7           | 60 90 67",
            "stale-if-error of a year        | Cache-Control: max-age=60, stale-if-error=31536000    | 60 90 160",
            "stale-while-revalidate=0        | Cache-Control: max-age=60, stale-while-revalidate=0   | 60 60 160",
            "stale-while-revalidate          | Cache-Control: max-age=60, stale-while-revalidate=7   | 60 67 160",
            "stale-while-revalidate, a year  | Cache-Control: max-age=60, stale-while-revalidate=31536000 | 60 90 160",
            // 4.1: Vary
            "Vary: *                         | Cache-Control: max-age=60 + Vary: *                   | not kept",
            "Vary by what the key has        | Cache-Control: max-age=60 + Vary: Accept-Language     | 60 90 160",
            "Vary by what the key has not    | Cache-Control: max-age=60 + Vary: X-Request-Id        | not kept",
            "Vary by the time that is left   | Cache-Control: max-age=60 + Vary: X-Envoy-Expected-Rq-Timeout-Ms | not kept"})
    void answer_is_kept_as_it_says(String what, String head, String expected) {
        assertEquals(expected, kept(CACHE, "coalesce: false", head, Map.of()), what);
    }

    /// RFC 9111, 3.5. A cookie counts as credentials.
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
            "Content-Type: application/json                  | not kept",
            "Cache-Control: max-age=60                       | not kept",
            "Cache-Control: public                           | not kept",
            "Cache-Control: public, max-age=60               | 60 90 160",
            "Cache-Control: s-maxage=60                      | 60 60 60",
            "Cache-Control: must-revalidate, max-age=60      | 60 60 60",
            "Cache-Control: public, private, max-age=60      | not kept"})
    void answer_to_credentials_is_kept_only_where_it_says_so(String head, String expected) {
        assertEquals(expected, kept(CACHE, "coalesce: false", head, Map.of("authorization", "Bearer x")));
        assertEquals(expected, kept(CACHE, "coalesce: false", head, Map.of("cookie", "a=b")));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {
            "no-store               | Cache-Control: no-store, max-age=60                       | 60 90 160",
            "no-cache               | Cache-Control: no-cache, max-age=60                       | 60 90 160",
            "private                | Cache-Control: private, max-age=60                        | 60 90 160",
            "vary                   | Cache-Control: max-age=60 + Vary: *                       | 60 90 160",
            "must-revalidate        | Cache-Control: max-age=60, must-revalidate                | 60 90 160",
            "proxy-revalidate       | Cache-Control: max-age=60, proxy-revalidate               | 60 90 160",
            "proxy-revalidate       | Cache-Control: s-maxage=60                                | 60 90 160",
            "must-revalidate        | Cache-Control: max-age=60, must-revalidate, proxy-revalidate | 60 60 60",
            "stale-if-error         | Cache-Control: max-age=60, stale-if-error=0               | 60 90 160",
            "stale-while-revalidate | Cache-Control: max-age=60, stale-while-revalidate=0       | 60 90 160",
            "max-age                | Cache-Control: max-age=60                                 | 5 35 105",
            "max-age                | Cache-Control: s-maxage=60                                | 5 5 5",
            "'no-store, no-cache, max-age, must-revalidate' | Cache-Control: no-cache, no-store, max-age=0, must-revalidate | 5 35 105"})
    void what_the_file_ignores_is_as_if_it_had_not_been_said(String ignored, String head, String expected) {
        String result = kept(CACHE + ", ignore: [" + ignored + "]", "coalesce: false", head, Map.of());
        assertEquals(expected, result);
    }

    @ParameterizedTest
    @CsvSource({"authorization, Content-Type: application/json, 5 35 105",
            "authorization, Cache-Control: max-age=60, 60 90 160"})
    void answers_to_credentials_are_kept_where_the_file_says_so(String ignored, String head,
            String expected) {
        String result = kept(CACHE + ", ignore: [" + ignored + "]", "coalesce: false", head,
                Map.of("authorization", "Bearer x"));
        assertEquals(expected, result);
    }

    @ParameterizedTest
    @CsvSource({"X-Forwarded-For, x-forwarded, not kept", "Forwarded, forwarded, not kept",
            "Forwarded, off, 60 90 160", "Traceparent, off, 60 90 160"})
    void answer_that_varies_by_what_calls_tell_is_not_kept(String vary, String forwarded, String expected) {
        assertEquals(expected, kept(CACHE, "send: {forwarded: \"" + forwarded + "\"}",
                "Cache-Control: max-age=60 + Vary: " + vary, Map.of()));
    }

    /// Nothing of the file's: only what may be confirmed is kept.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"Content-Type: application/json | not kept", "ETag: \"a\" | 0 0 0",
            "ETag: W/\"a\" | 0 0 0", "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT | 0 0 0",
            "ETag: unquoted | not kept", "ETag: \"a\"b\" | not kept", "Last-Modified: yesterday | not kept"})
    void stale_answer_is_kept_for_its_validators(String head, String expected) {
        assertEquals(expected, kept("size: 1MiB", "coalesce: false", head, Map.of()));
    }
}
