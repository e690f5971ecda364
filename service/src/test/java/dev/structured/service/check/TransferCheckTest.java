package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What `server: {transfer: …}` may say.
final class TransferCheckTest {
    private static final String FILE = """
            server: {transfer: {%s}}
            downstreams: {d: {url: "http://h:1"}}
            routes: [{path: /r, deadline: 1s, parts: {p: {from: d, path: /q}}}]
            """;

    /// The mark stands before the place of the mistake.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            rateWindow: §30s                            | since 'bodyTimeout' is not longer than 'rateWindow'
            rateWindow: §40s, bodyTimeout: 1min, answerTimeout: 40s | since 'answerTimeout' is not longer
            bodyTimeout: §5s                            | shorten 'rateWindow', or write 'minRate: 0B'
            minRate: §-1B                               | must be a size
            maxUnsent: §1KiB                            | must be between
            headTimeout: §10                            | a duration with a unit
            """)
    void mistake_is_reported_at_its_place(String transfer, String words) {
        Mistake.isReportedAtMark(FILE.formatted(transfer), words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"minRate: 0B, rateWindow: 60s", "rateWindow: 29s", "maxUnsent: 2047MiB"})
    void good_pace_is_good(String transfer) {
        assertDoesNotThrow(() -> ConfigReader.read("routes.yaml", FILE.formatted(transfer)));
    }
}
