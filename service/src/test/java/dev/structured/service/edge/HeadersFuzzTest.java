package dev.structured.service.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.structured.service.config.DeadlineHeader;
import dev.structured.service.config.ForwardedHeader;
import dev.structured.service.server.RunningEdge;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a client sends beside its body is read or refused, and never fails the edge: deadlines, preferences,
/// queries, paths, hosts. What the edge writes as a structured field has no character that ends it.
class HeadersFuzzTest {
    private static final HostIndex HOSTS = new HostIndex(RunningEdge.routes("""
              - {path: /, hosts: [a.example, "*.b.example"], deadline: 1s, parts: {p: {value: 1}}}
              - {path: /, deadline: 1s, parts: {p: {value: 1}}}
            """).stream().map(route -> new ServedRoute(route, Set.of())).toList());
    private static final List<PageType> OFFERED = PageType.of(RunningEdge.ROUTE);

    @FuzzTest(maxDuration = "4s")
    void value_is_read_or_refused(byte[] bytes) {
        if (bytes.length == 0) return;
        String value = new String(bytes, 1, bytes.length - 1, UTF_8);
        switch (bytes[0] % 9) {
            case 0 -> checkDeadline(value);
            case 1 -> assertNotNull(Accept.best(List.of(value), OFFERED));
            case 2 -> assertNotNull(MediaType.parse(value));
            case 3 -> checkQuery(value);
            case 4 -> assertNotNull(RequestId.of(value));
            case 5 -> assertFalse(HOSTS.of(value).isEmpty());
            case 6 -> checkHops(value);
            case 7 -> assertNotNull(
                    BearerAccess.token(Headers.of(Map.of("Authorization", value))) + Tokens.read(value));
            default -> checkField(StructuredField.tokenOrString(value));
        }
    }

    private static void checkDeadline(String value) {
        CallerDeadline deadline = new CallerDeadline(List.of(DeadlineHeader.values()), _ -> {});
        Duration left = deadline.left(_ -> List.of(value), 1_000);
        assertFalse(left != null && left.isNegative(), () -> "negative: " + left);
    }

    private static void checkHops(String value) {
        for (ForwardedHeader each : ForwardedHeader.values()) {
            ForwardedHops.of(_ -> List.of(value), each)
                    .forEach(hop -> assertTrue(hop.readable() || hop.address() == null));
        }
    }

    private static void checkQuery(String value) {
        try {
            assertNotNull(Query.of(value));
            PathSegments.of("/" + value);
        } catch (Refusal refused) {
            // Answered by a problem.
        }
    }

    private static void checkField(String field) {
        assertTrue(field.chars().allMatch(c -> c >= ' ' && c < 0x7f), field);
        if (field.startsWith("\"")) {
            String within = field.substring(1, field.length() - 1).replaceAll("\\\\[\"\\\\]", "");
            assertFalse(within.contains("\"") || within.contains("\\"), field);
        }
    }
}
