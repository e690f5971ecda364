package dev.structured.service.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.check.ConfigReader;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.tls.TestCa;
import dev.structured.service.yaml.ConfigException;
import dev.structured.service.yaml.KeyedComponent;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Nothing that the file says of a downstream is missing from its explanation.
final class DownstreamTextTest {
    /* A value of each key, and another one that must change the explanation. */
    private static final String KEYS = """
            connectTimeout: 251ms | 252ms
            maxConnections: 63 | 62
            maxAge: 7min | 8min
            maxQueued: 251 | 252
            maxBody: 2MiB | 3MiB
            maxHeader: 17KiB | 18KiB
            headers: {x-key: secret} | {x-other: secret}
            deadlineHeaders: [grpc-timeout] | [x-request-timeout]
            deadlineMargin: 6ms | 7ms
            adaptiveLimit.min: 3 | 4
            adaptiveLimit.start: 17 | 18
            breaker.failureRate: 51% | 52%
            breaker.window: 101 | 102
            breaker.minCalls: 21 | 22
            breaker.openFor: 7s | 8s
            breaker.trialCalls: 6 | 7
            retry.attempts: 3 | 4
            retry.base: 26ms | 27ms
            retry.cap: 251ms | 252ms
            retry.statuses: [502] | [503]
            hedge.after: p96 | 30ms
            hedge.attempts: 3 | 4
            extra.share: 11% | 12%
            extra.burst: 11 | 12
            cache.size: 17MiB | 18MiB
            cache.freshFor: 11s | 12s
            cache.staleWhileRevalidate: 12s | 13s
            cache.staleFor: 13s | 14s
            cache.ignore: [no-store] | [no-cache]
            cache.shared: true | false
            coalesce: true | false
            tls.ca: TLS/one.pem | TLS/two.pem
            tls.certificate: TLS/one.pem | TLS/two.pem
            tls.key: TLS/one.key | TLS/two.key
            tls.serverName: a.test | b.test
            encodings: [gzip] | [gzip, zstd]
            protocol: auto | h2
            send.trace: pass | start
            send.forwarded: forwarded | x-forwarded
            send.via: true | false
            send.userAgent: true | false
            send.priority: true | false
            maxOpens: 99 | 98
            """;

    private static final String BALANCE = """
            choice: least_loaded | round_robin
            ejection.failures: 6 | 7
            ejection.failureRate: 31% | 32%
            ejection.base: 11s | 12s
            ejection.max: 6min | 7min
            slowStart: 11s | 12s
            healthCheck.path: /health | /ready
            healthCheck.interval: 6s | 7s
            healthCheck.timeout: 2s | 3s
            healthCheck.unhealthyAfter: 4 | 5
            healthCheck.healthyAfter: 3 | 4
            """;

    private static final String ONE = """
            url: "https://a:1" | "https://b:1"
            """;

    private static final String SEVERAL = """
            urls: ["https://a:1", "https://b:1"] | ["https://a:1", "https://c:1"]
            """;

    private static final String NAME = """
            dns: "https://a:1" | "https://b:1"
            refresh: 11s | 12s
            """;

    @TempDir
    private static Path tls;

    /// Two names for the same files: which ones are good is a matter of the check.
    @BeforeAll
    static void writeTlsFiles() throws IOException, GeneralSecurityException {
        TestCa.Issued issued = new TestCa("the test's authority").issue("a.test");
        issued.write(tls, "one");
        issued.write(tls, "two");
    }

    private record Values(String one, String other) {}

    private static Map<String, Values> values(String table) {
        Map<String, Values> values = new LinkedHashMap<>();
        table.lines().forEach(line -> {
            int colon = line.indexOf(": ");
            int bar = line.indexOf(" | ");
            values.put(line.substring(0, colon),
                    new Values(line.substring(colon + 2, bar), line.substring(bar + 3)));
        });
        return values;
    }

    static Stream<String> keys() {
        List<String> keys = new ArrayList<>();
        collect(DownstreamConfig.class, "", keys);
        return keys.stream();
    }

    private static void collect(Class<? extends Record> type, String before, List<String> keys) {
        for (KeyedComponent key : KeyedComponent.keys(type)) {
            if (key.isSection()) {
                collect(key.element().asSubclass(Record.class), before + key.name() + ".", keys);
            } else {
                keys.add(before + key.name());
            }
        }
    }

    /// The records say which keys there are, so that no new one can be forgotten here.
    @ParameterizedTest
    @MethodSource("keys")
    void every_key_is_explained(String key) throws ConfigException {
        Map<String, Values> all = switch (key) {
            case "url" -> values(ONE + KEYS);
            case "dns", "refresh" -> values(NAME + BALANCE + KEYS);
            default -> values(SEVERAL + BALANCE + KEYS);
        };
        Values values = all.get(key);
        assertTrue(values != null, "add two values of '" + key + "'");

        assertNotEquals(explanation(all, key, values.one()), explanation(all, key, values.other()));
    }

    private static String explanation(Map<String, Values> all, String key, String value)
            throws ConfigException {
        Map<String, Map<String, String>> sections = new LinkedHashMap<>();
        all.forEach((name, values) -> {
            int dot = name.indexOf('.');
            sections.computeIfAbsent(dot < 0 ? "" : name.substring(0, dot), _ -> new LinkedHashMap<>())
                    .put(name.substring(dot + 1), name.equals(key) ? value : values.one());
        });
        String keys = sections.entrySet().stream().map(section -> section.getKey().isEmpty()
                ? text(section.getValue())
                : section.getKey() + ": {" + text(section.getValue()) + "}")
                .collect(Collectors.joining(", "));
        return explanation(keys);
    }

    private static String text(Map<String, String> keys) {
        return keys.entrySet().stream().map(key -> key.getKey() + ": " + key.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String explanation(String... downstreams) throws ConfigException {
        boolean shared = String.join("", downstreams).contains("shared: true");
        StringBuilder text = new StringBuilder(shared ? "store: {url: redis://s}\n" : "")
                .append("downstreams:\n");
        StringBuilder parts = new StringBuilder();
        for (int i = 0; i < downstreams.length; i++) {
            text.append("  d").append(i).append(": {").append(downstreams[i]).append("}\n");
            parts.append("p").append(i).append(": {from: d").append(i).append(", path: /}, ");
        }
        text.append("routes: [{path: /, deadline: 1s, parts: {").append(parts).append("}}]\n");
        ServiceConfig config = ConfigReader.read("routes.yaml", text.toString().replace("TLS/", tls + "/"));
        return String.join("\n", DownstreamText.of(List.copyOf(config.downstreams().values()))).stripIndent();
    }

    @Test
    void presets_are_explained() throws ConfigException {
        assertEquals("""
                d0
                    at http://a:80, by HTTP/1.1
                    opens a connection within 250 ms, at most 100 in a second, and uses it for up to 5 min
                    sends User-Agent
                    tells the time left, less 5 ms, by x-envoy-expected-rq-timeout-ms
                    reads answers of up to 1 MiB, heads of up to 16 KiB
                    at most 64 calls at once, 256 more may wait""", explanation("url: \"http://a:80\""));
    }

    @Test
    void lines_that_are_true_of_all_are_there_once() throws ConfigException {
        assertEquals("""
                each of them
                    opens a connection within 250 ms, at most 100 in a second, and uses it for up to 5 min
                    tells the time left, less 5 ms, by x-envoy-expected-rq-timeout-ms
                    reads answers of up to 1 MiB, heads of up to 16 KiB
                d0
                    at https://a, by HTTP/2 or HTTP/1.1, as TLS agrees
                    trusts the JVM's authorities
                    sends User-Agent
                    at most 64 calls at once, 256 more may wait
                d1
                    at http://b, by HTTP/2
                    at most 3 calls at once, 256 more may wait""", explanation("url: \"https://a\"",
                "url: \"http://b\", protocol: h2c, send: {userAgent: false}, maxConnections: 3"));
    }

    @Test
    void paths_of_urls_and_values_of_headers_may_be_secrets() throws ConfigException {
        String text = explanation("url: \"http://a:80/secret\", headers: {x-key: secret}");
        assertTrue(text.contains("at http://a:80/***, by HTTP/1.1"), text);
        assertTrue(text.contains("sends User-Agent and x-key"), text);
        assertFalse(text.contains("secret"), text);
    }
}
