package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.check.Mistake;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The client's address as trusted proxies report it, over the real server: in the log, in rate limits and in
/// calls.
class ForwardedTest {
    private final List<String> told = new CopyOnWriteArrayList<>();

    private ServedFile serve(String edge) throws IOException {
        return new ServedFile(
                """
                        edge: {%s}
                        downstreams: {a: {url: "http://a.test"}}
                        routes:
                          - path: /r
                            deadline: 30s
                            rateLimit: {requests: 1, per: 60min, by: address}
                            parts: {p: {from: a, path: /}}
                        """
                        .formatted(edge),
                Map.of("a", call -> {
                    told.add(String.valueOf(call.origin().address()));
                    return new Reply(200, JsonNodeFactory.instance.objectNode());
                }));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            trustedProxies: [127.0.0.1]                                   | X-Forwarded-For: 192.0.2.1                 | 192.0.2.1  | []
            trustedProxies: [127.0.0.1]                                   | X-Forwarded-For: 6.6.6.6, 192.0.2.1        | 192.0.2.1  | []
            trustedProxies: [127.0.0.1, 10.0.0.0/8]                       | X-Forwarded-For: 6.6.6.6, 192.0.2.1, 10.1.1.1 | 192.0.2.1 | []
            trustedProxies: [127.0.0.1]                                   | Forwarded: for=192.0.2.1                   | 127.0.0.1  | []
            trustedProxies: [127.0.0.1]                                   | X-Forwarded-For: nonsense                  | 127.0.0.1  | [malformed]
            trustedProxies: [127.0.0.1, 10.0.0.0/8]                       | X-Forwarded-For: nonsense, 10.1.1.1        | 10.1.1.1   | [malformed]
            trustedProxies: [127.0.0.1]                                   | X-Forwarded-For: unknown                   | 127.0.0.1  | []
            trustedProxies: [127.0.0.1]                                   | X-Forwarded-For: ", 192.0.2.1              | 192.0.2.1  | [malformed]
            trustedProxies: [127.0.0.1], forwardedHeader: forwarded       | Forwarded: for=", for=192.0.2.1            | 192.0.2.1  | [malformed]
            trustedProxies: [127.0.0.1], forwardedHeader: forwarded       | Forwarded: for=192.0.2.1;proto=https       | 192.0.2.1  | []
            trustedProxies: [127.0.0.1], forwardedHeader: forwarded       | X-Forwarded-For: 6.6.6.6                   | 127.0.0.1  | []
            trustedProxies: [127.0.0.1], forwardedHeader: forwarded       | Forwarded: for=x                           | 127.0.0.1  | [malformed]
            trustedProxies: [10.0.0.0/8]                                  | X-Forwarded-For: 6.6.6.6                   | 127.0.0.1  | [untrusted]
            trustedProxies: [10.0.0.0/8]                                  | Forwarded: for=6.6.6.6                     | 127.0.0.1  | [untrusted]
            trustedProxies: [10.0.0.0/8]                                  | X-Real-IP: 6.6.6.6                         | 127.0.0.1  | [untrusted]
            trustedProxies: [10.0.0.0/8]                                  | X-Other: 6.6.6.6                           | 127.0.0.1  | []
            ``                                                            | X-Forwarded-For: 6.6.6.6                   | 127.0.0.1  | []
            """)
    void address_is_as_far_as_proxies_are_believed(String edge, String header, String address, String ignored)
            throws IOException {
        try (ServedFile served = serve(edge)) {
            assertEquals(200, served.ask("GET /r", header + "\r\n").status());
            assertEquals(List.of(address), told);
            assertTrue(served.edge.logged().contains("address=" + address + " "), served.edge.logged());
            assertEquals(ignored, served.edge.observer.forwardedIgnored.toString());
        }
    }

    @Test
    void who_invents_addresses_is_limited_all_the_same() throws IOException {
        try (ServedFile served = serve("trustedProxies: [10.0.0.0/8]")) {
            assertEquals(200, served.ask("GET /r", "X-Forwarded-For: 192.0.2.1\r\n").status());
            for (int i = 2; i < 10; i++) {
                assertEquals(429, served.ask("GET /r", "X-Forwarded-For: 192.0.2." + i + "\r\n").status());
            }
            assertEquals(9, served.edge.observer.forwardedIgnored.size());
        }
    }

    @Test
    void header_without_proxies_is_a_mistake() {
        Mistake.isReportedAtMark("""
                edge: {forwardedHeader: §forwarded}
                downstreams: {d: {url: "http://h:1"}}
                routes: [{path: /r, deadline: 30s, parts: {p: {from: d, path: /}}}]
                """, "without 'trustedProxies' nobody is believed");
    }
}
