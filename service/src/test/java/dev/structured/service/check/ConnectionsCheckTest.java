package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What `server: {connections: …}` may say.
final class ConnectionsCheckTest {
    private static final String FILE = """
            server: {connections: {%s}}
            downstreams: {d: {url: "http://h:1"}}
            routes: [{path: /r, deadline: 1s, parts: {p: {from: d, path: /q}}}]
            """;

    /// The mark stands before the place of the mistake.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            maxPerAddress: §10000          | all addresses together may have 10000
            max: 5, maxPerAddress: §6      | lower it, or remove it
            max: §0                        | must be
            backlog: §100000               | must be
            acceptRate: §0                 | must be
            """)
    void mistake_is_reported_at_its_place(String connections, String words) {
        Mistake.isReportedAtMark(FILE.formatted(connections), words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"max: 5, maxPerAddress: 4", "acceptRate: 1", "backlog: 65535"})
    void good_limits_are_good(String connections) {
        assertDoesNotThrow(() -> ConfigReader.read("routes.yaml", FILE.formatted(connections)));
    }
}
