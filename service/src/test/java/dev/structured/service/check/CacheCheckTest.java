package dev.structured.service.check;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a cache ignores, where that has no effect or would give one client another's answer.
final class CacheCheckTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "freshFor: 1s, ignore: §[must-revalidate] | without 'staleFor' and 'staleWhileRevalidate' no stale",
            "freshFor: 1s, ignore: §[proxy-revalidate] | without 'staleFor' and 'staleWhileRevalidate' no stale",
            "staleWhileRevalidate: 1s, ignore: §[stale-if-error] | has no effect without 'staleFor'",
            "staleFor: 1s, ignore: §[stale-while-revalidate] | has no effect without 'staleWhileRevalidate'",
            "staleFor: 1s, ignore: §[max-age] | so no answer would be fresh"})
    void what_has_no_effect_is_refused(String cache, String words) {
        Mistake.isReportedAtMark(file(cache, "off"), words);
    }

    @ParameterizedTest
    @CsvSource({"private, forwarded", "private, x-forwarded", "vary, forwarded",
            "authorization, x-forwarded"})
    void answers_of_single_clients_are_not_kept_where_calls_tell_who_asks(String directive,
            String forwarded) {
        Mistake.isReportedAtMark(file("freshFor: 1s, ignore: §[" + directive + "]", forwarded),
                "one client would get another's answer");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "freshFor: 1s, ignore: §[no-store, must-understand] | directive 2 of 'ignore'",
            "freshFor: 1s, ignore: §[no-store, must-understand] | must be one of"})
    void other_words_are_refused(String cache, String words) {
        Mistake.isReportedAtMark(file(cache.replace("§[no-store, ", "[no-store, §"), "off"), words);
    }

    private static String file(String cache, String forwarded) {
        return """
                downstreams: {d: {url: "http://h:1", send: {forwarded: "%s"}, cache: {%s}}}
                routes: [{path: /, deadline: 1s, parts: {p: {from: d, path: /}}}]
                """.formatted(forwarded, cache);
    }
}
