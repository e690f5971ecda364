package dev.structured.service.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.structured.core.Scheduler;
import dev.structured.service.aggregate.Origin;
import dev.structured.service.config.Priority;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginsTest {
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static Origin origin(Headers headers) {
        return Origins.of(new ClientRequest("GET", null, "/", null, headers, Scheduler.shared(), 0,
                "192.0.2.7", "http", null), "192.0.2.7", Priority.NORMAL, null);
    }

    @Test
    void what_the_client_says_of_others_is_not_read() {
        Origin origin = origin(Headers.of(Map.of("Host", "shop.test", "X-Forwarded-For", "10.0.0.1",
                "X-Forwarded-Host", "evil", "Forwarded", "for=10.0.0.1", "X-Forwarded-Proto", "https")));
        assertEquals("192.0.2.7", origin.address());
        assertEquals("shop.test", origin.host());
        assertEquals("http", origin.scheme());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01      | true
            00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more | false
            01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more | true
            ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01      | false
            00-00000000000000000000000000000000-b7ad6b7169203331-01      | false
            00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01      | false
            00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01      | false
            00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331         | false
            nonsense                                                     | false
            """)
    void trace_that_is_not_valid_is_none(String value, boolean valid) {
        Origin origin = origin(Headers.of(Map.of("Traceparent", value, "Tracestate", "a=1")));
        assertEquals(valid ? value : null, origin.traceparent());
        assertEquals(valid ? "a=1" : null, origin.tracestate());
    }

    @Test
    void two_traces_are_none_and_several_states_are_one() {
        Headers twice = name -> name.equals("traceparent") ? List.of(TRACE, TRACE) : List.of();
        assertNull(origin(twice).traceparent());
        Headers states = name -> switch (name) {
            case "traceparent" -> List.of(TRACE);
            case "tracestate" -> List.of("a=1", "b=2");
            default -> List.of();
        };
        assertEquals("a=1,b=2", origin(states).tracestate());
        assertNull(origin(Headers.of(Map.of("tracestate", "a=1"))).tracestate());
    }
}
