package dev.structured.service.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.commands.CallBound.Calls;
import dev.structured.service.config.ServiceConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CallBoundTest {

    private static Calls calls(String downstream, String part) {
        ServiceConfig config = Shop.config(downstream, """
                deadline: 1s
                params: {ids: {required: true}}
                parts:
                  list: {value: [1]}
                  a: {from: d, path: /a, %s}
                """.formatted(part));
        return CallBound.sum(new CallBound(config).of(config.routes().getFirst()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            maxQueued: 1                         | 1 | 1 | 1
            retry: {attempts: 3}                 | 1 | 3 | 1.1
            hedge: p95                           | 1 | 2 | 1.1
            hedge: {after: 30ms, attempts: 4}    | 1 | 4 | 1.1
            retry: {attempts: 3}, hedge: p95     | 1 | 4 | 1.1
            retry: {attempts: 2}, extra: 50%     | 1 | 2 | 1.5
            retry: {attempts: 2}, extra: 100%    | 1 | 2 | 2
            """)
    void retries_and_hedges_add_to_what_is_asked_for(String downstream, long asked, long most,
            double longRun) {
        assertEquals(new Calls(asked, most, longRun), calls(downstream, ""));
    }

    @Test
    void part_may_do_without_them() {
        assertEquals(new Calls(1, 2, 1.1), calls("retry: {attempts: 3}, hedge: p95", "retry: false"));
        assertEquals(new Calls(1, 3, 1.1), calls("retry: {attempts: 3}, hedge: p95", "hedge: false"));
    }

    @Test
    void call_that_must_not_be_sent_twice_is_made_once() {
        assertEquals(new Calls(1, 1, 1),
                calls("retry: {attempts: 3}", "method: POST, retry: false"));
        assertEquals(new Calls(1, 3, 1.1),
                calls("retry: {attempts: 3}", "method: POST, idempotencyKey: \"${request.id}\""));
    }

    @Test
    void fan_out_multiplies_all_of_it() {
        assertEquals(new Calls(20, 60, 22),
                calls("retry: {attempts: 3}", "each: \"${list}\", atMost: 20, query: {x: \"${item}\"}"));
    }

    @Test
    void batch_multiplies_once_more_by_downstream() {
        ServiceConfig config = Shop.config();
        Map<String, Calls> calls = new CallBound(config).of(config.routes().get(2));
        assertEquals(new Calls(40, 120, 48), calls.get("users"));
        assertEquals(new Calls(800, 3200, 880), calls.get("stock"));
        assertEquals(new Calls(80, 80, 80), calls.get("news"), "two parts ask it");
    }
}
