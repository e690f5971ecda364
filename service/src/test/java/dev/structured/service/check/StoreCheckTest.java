package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.structured.service.config.StoreConfig;
import dev.structured.service.yaml.ConfigException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The store that replicas share: written rightly, there where it is needed, and used where it is there.
final class StoreCheckTest {
    private static final String SHARED = ", rateLimit: {requests: 1, shared: true}";

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "url: §\"http://h:1\" | must be redis://host:port",
            "url: §\"redis://me:secret@h:1\" | must not contain a user or password",
            "url: §\"redis://h:99999\" | has no valid host and port",
            "url: §\"redis://h:1/x\" | must end after the port",
            "url: §\"redis://h:1?a=b\" | must end after the port",
            "url: \"redis://h:1\", tls: §{} | has no effect with a redis:// URL",
            "url: \"rediss://h:1\", tls: {serverName: §other} | is not possible for a store",
            "url: \"redis://h:1\", username: §me | has no effect without a password",
            "url: \"redis://h:1\", prefix: §\"a b\" | must be 1 to 50 letters"})
    void mistakes_are_reported_where_they_are(String store, String words) {
        Mistake.isReportedAtMark(file("store: {" + store + "}", SHARED), words);
    }

    @Test
    void limit_that_is_shared_needs_a_store_and_a_store_is_used() {
        Mistake.isReportedAtMark(file("", ", rateLimit: {requests: 1, shared: §true}"), "needs a store");
        Mistake.isReportedAtMark("""
                downstreams: {d: {url: "http://h:1", cache: {shared: §true}}}
                routes: [{path: /, deadline: 1s, parts: {p: {from: d, path: /}}}]
                """, "needs a store");
        Mistake.isReportedAtMark(file("store: §{url: \"redis://h:1\"}", ""), "is used by nothing");
    }

    @ParameterizedTest
    @CsvSource({"redis://h, h, 6379, 0, false", "rediss://h:1/3, h, 1, 3, true",
            "redis://[::1]:7, ::1, 7, 0, false"})
    void url_says_where_it_is(String url, String host, int port, int database, boolean secure)
            throws ConfigException {
        StoreConfig store = Objects.requireNonNull(
                ConfigReader
                        .read("test.yaml", file("store: {url: \"" + url + "\", password: s3cret}", SHARED))
                        .store());
        assertEquals(host, store.host());
        assertEquals(port, store.port());
        assertEquals(database, store.database());
        assertEquals(secure, store.isSecure());
        assertEquals(Duration.ofMillis(50), store.timeout());
        assertFalse(store.toString().contains("s3cret"));
    }

    private static String file(String store, String route) {
        return """
                %s
                downstreams: {d: {url: "http://h:1"}}
                routes: [{path: /, deadline: 1s%s, parts: {p: {from: d, path: /}}}]
                """.formatted(store, route);
    }
}
