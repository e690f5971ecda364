package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Origin;
import dev.structured.service.config.Method;
import dev.structured.service.config.Priority;
import dev.structured.service.demo.Request;
import dev.structured.service.record.AttemptRecorder;
import dev.structured.service.record.Recorder;
import dev.structured.service.record.RouteLayout;
import dev.structured.service.record.Trace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a call tells of the request that it is made for: nothing, unless the downstream's `send` says so.
@Timeout(60)
class OriginFieldsTest {
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final Origin KNOWN = new Origin("192.0.2.7", "shop.test:80", "https", TRACE, "vendor=1");
    private static final List<String> NAMES = List.of("traceparent", "tracestate", "forwarded",
            "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "via");

    private final List<Request> seen = new CopyOnWriteArrayList<>();

    private Request sent(String send, Origin origin, Map<String, String> headers) {
        Rig.run(Rig.with("send: {" + send + "}"), request -> {
            seen.add(request);
            return Rig.echo(request);
        }, rig -> rig.downstream
                .call(new Call(Method.GET, "/", "/", headers, null, Set.of(), null, origin, true,
                        true)));
        return seen.getLast();
    }

    @Test
    void nothing_is_told_unless_the_file_says_so() {
        Request request = sent("", KNOWN, Map.of());
        NAMES.forEach(name -> assertNull(request.header(name), name));
        assertTrue(request.header("user-agent").startsWith("structured-service"));
    }

    @Test
    void trace_goes_on() {
        Request request = sent("trace: pass", KNOWN,
                Map.of("traceparent", "00-forged", "tracestate", "forged"));
        assertEquals(TRACE, request.header("traceparent"));
        assertEquals("vendor=1", request.header("tracestate"));
        assertNull(sent("trace: pass", Origin.NONE, Map.of()).header("traceparent"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pass", "start"})
    void call_of_a_traced_request_names_its_own_span(String send) {
        Trace span = new Trace("0af7651916cd43dd8448eb211c80319c", 0xb7L, null, 1, "vendor=1");
        Origin traced = Origin.traced(null, null, "http", span, Priority.NORMAL);
        Recorder request = new Recorder("me", "GET", null, System.nanoTime(), span);
        request.page().planned(
                new RouteLayout("GET /p", List.of(new RouteLayout.Part("p", "d", true, List.of()))),
                Duration.ofSeconds(1));
        AttemptRecorder attempt = request.page().part(0).attempt();
        Rig.run(Rig.with("send: {trace: " + send + "}"), received -> {
            seen.add(received);
            return Rig.echo(received);
        }, rig -> rig.downstream.call(new Call(Method.GET, "/", "/", Map.of(), null, Set.of(), null, traced,
                true, true).recordedBy(attempt)));
        assertEquals("00-" + span.id() + "-" + Trace.hex(attempt.span()) + "-01",
                seen.getLast().header("traceparent"));
        assertEquals("vendor=1", seen.getLast().header("tracestate"));
        assertEquals("GET", attempt.method());
        assertEquals("00-" + span.id() + "-00000000000000b7-01",
                sent("trace: " + send, traced, Map.of()).header("traceparent"), "not recorded");
        assertNull(sent("", traced, Map.of()).header("traceparent"));
    }

    @Test
    void trace_begins_once_for_all_calls_of_a_request() {
        assertEquals(TRACE, sent("trace: start", KNOWN, Map.of()).header("traceparent"));
        Origin none = new Origin("192.0.2.7", null, "http", null, null);
        String begun = sent("trace: start", none, Map.of()).header("traceparent");
        assertTrue(begun.matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00"), begun);
        assertEquals(begun, sent("trace: start", none, Map.of()).header("traceparent"));
        Origin other = new Origin("192.0.2.7", null, "http", null, null);
        assertNotEquals(begun, sent("trace: start", other, Map.of()).header("traceparent"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            192.0.2.7    | for=192.0.2.7;host="shop.test:80";proto=https
            2001:db8::1  | for="[2001:db8::1]";host="shop.test:80";proto=https
            [::1]        | for="[::1]";host="shop.test:80";proto=https
            """)
    void client_is_told_by_Forwarded(String address, String expected) {
        Origin origin = new Origin(address, "shop.test:80", "https", null, null);
        assertEquals(expected, sent("forwarded: forwarded", origin, Map.of("forwarded", "for=evil"))
                .header("forwarded"));
    }

    @Test
    void host_cannot_add_to_the_field() {
        Origin origin = new Origin("192.0.2.7", "a\";for=evil\\", "http", null, null);
        assertEquals("for=192.0.2.7;host=\"a\\\";for=evil\\\\\";proto=http",
                sent("forwarded: forwarded", origin, Map.of()).header("forwarded"));
    }

    @Test
    void client_is_told_by_X_Forwarded_and_cannot_tell_it_itself() {
        Request request = sent("forwarded: x-forwarded", KNOWN,
                Map.of("x-forwarded-for", "10.0.0.1", "x-forwarded-host", "evil"));
        assertEquals("192.0.2.7", request.header("x-forwarded-for"));
        assertEquals("shop.test:80", request.header("x-forwarded-host"));
        assertEquals("https", request.header("x-forwarded-proto"));
        assertNull(sent("forwarded: x-forwarded", Origin.NONE, Map.of()).header("x-forwarded-for"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"via: true", "via: true, userAgent: false"})
    void service_says_who_it_is_or_does_not(String send) {
        Request request = sent(send, KNOWN, Map.of("via", "1.0 forged"));
        assertEquals("1.1 structured", request.header("via"));
        if (send.contains("userAgent")) assertNull(request.header("user-agent"));
    }
}
