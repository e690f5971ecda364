package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.config.DeadlineHeader;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.config.ServerText;
import dev.structured.service.edge.CallerDeadline;
import dev.structured.service.edge.Headers;
import dev.structured.service.edge.Pages;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallerDeadlineTest {
    private final List<String> ignored = new ArrayList<>();
    private final CallerDeadline all = new CallerDeadline(List.of(DeadlineHeader.values()), ignored::add);

    @ParameterizedTest
    @CsvSource({"x-request-timeout,250,PT0.25S", "X-Envoy-Expected-Rq-Timeout-Ms,250,PT0.25S",
            "x-envoy-upstream-rq-timeout-ms,0,PT0S", "grpc-timeout,250m,PT0.25S", "grpc-timeout,3S,PT3S",
            "grpc-timeout,2M,PT2M", "grpc-timeout,1H,PT1H", "grpc-timeout,5000u,PT0.005S",
            "grpc-timeout,99999999n,PT0.099999999S"})
    void header_gives_time(String name, String value, Duration given) {
        assertEquals(given, all.left(Headers.of(Map.of(name, value)), 0));
        assertTrue(ignored.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "", "abc", "1e20", "1.5", "+5", "9999999999999999999", "0x10", "250ms",
            "1 2", "\u0661"})
    void what_is_no_number_of_milliseconds_is_ignored_and_told(String value) {
        assertNull(all.left(Headers.of(Map.of("X-Request-Timeout", value)), 0));
        assertEquals(List.of("x-request-timeout"), ignored);
    }

    @ParameterizedTest
    @ValueSource(strings = {"250", "250 m", "-1m", "123456789m", "m", "1s", "1.5S"})
    void what_is_no_time_of_gRPC_is_ignored_and_told(String value) {
        assertNull(all.left(Headers.of(Map.of("grpc-timeout", value)), 0));
        assertEquals(List.of("grpc-timeout"), ignored);
    }

    @Test
    void endless_time_is_no_limit_and_no_overflow() {
        assertNull(all.left(Headers.of(Map.of("grpc-timeout", "99999999H")), 5));
        assertNull(all.left(Headers.of(Map.of("x-request-timeout", "999999999999999999")), 5));
        assertTrue(ignored.isEmpty());
    }

    @Test
    void shortest_time_counts_less_what_was_spent() {
        Headers headers = name -> switch (name) {
            case "grpc-timeout" -> List.of("1S");
            case "x-request-timeout" -> List.of("600", "700");
            default -> List.of();
        };
        assertEquals(Duration.ofMillis(500), all.left(headers, 100_000_000));
        assertEquals(Duration.ZERO, all.left(headers, 600_000_001));
    }

    @Test
    void header_that_is_not_trusted_is_not_read() {
        CallerDeadline none = new CallerDeadline(List.of(), ignored::add);
        assertNull(none.left(Headers.of(Map.of("x-request-timeout", "abc", "grpc-timeout", "1S")), 0));
        assertTrue(ignored.isEmpty());
    }

    @Test
    void time_that_the_body_took_is_deducted() throws Exception {
        AtomicReference<@Nullable Duration> left = new AtomicReference<>();
        try (RunningEdge edge = trusting(left); RawClient client = edge.connect()) {
            client.send("GET /products/1 HTTP/1.1\r\nHost: test\r\nX-Request-Timeout: 60000\r\n");
            client.send("Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertEquals(100, client.readHead().status()); // the head has been read
            client.send("ab");
            Thread.sleep(500);
            assertEquals(200, client.send("cd").read().status());
            Duration known = left.get();
            assertTrue(known != null && known.compareTo(Duration.ofMillis(59_900)) <= 0
                    && known.compareTo(Duration.ofSeconds(30)) > 0, () -> "left: " + known);
        }
    }

    @Test
    void unreadable_time_is_counted_and_the_page_is_made_without_it() throws Exception {
        AtomicReference<@Nullable Duration> left = new AtomicReference<>(Duration.ZERO);
        try (RunningEdge edge = trusting(left); RawClient client = edge.connect()) {
            client.send("GET /products/1 HTTP/1.1\r\nHost: test\r\nX-Request-Timeout: soon\r\n\r\n");
            assertEquals(200, client.read().status());
            assertNull(left.get());
            assertEquals(List.of("x-request-timeout"), edge.observer.ignored);
        }
    }

    private static RunningEdge trusting(AtomicReference<@Nullable Duration> left) throws IOException {
        ServerConfig limits = ServerText.read("deadlineHeaders: [x-request-timeout]");
        return new RunningEdge(limits, (route, request, sink) -> {
            left.set(request.timeLeft());
            return Pages.complete(Pages.page("1"));
        });
    }
}
