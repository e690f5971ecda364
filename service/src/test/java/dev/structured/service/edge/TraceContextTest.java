package dev.structured.service.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `traceparent` is in [OriginsTest]; here are its parts, and the limits of `tracestate`.
class TraceContextTest {
    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";

    private static @Nullable String state(String... fields) {
        Headers headers = name -> switch (name) {
            case "traceparent" -> List.of(PARENT + "01");
            case "tracestate" -> List.of(fields);
            default -> List.of();
        };
        TraceContext context = TraceContext.of(headers);
        assertNotNull(context, "a state that is not valid does not spoil the trace");
        return context.tracestate();
    }

    @Test
    void parts_of_a_context() {
        Headers headers = name -> name.equals("traceparent") ? List.of(" " + PARENT + "03 ") : List.of();
        TraceContext context = TraceContext.of(headers);
        assertEquals("0af7651916cd43dd8448eb211c80319c", context.id());
        assertEquals("b7ad6b7169203331", context.span());
        assertEquals(3, context.flags());
        assertNull(context.tracestate());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a=1                    | a=1
            a=1, b=2 ,,c=3         | a=1,b=2,c=3
            tenant@vendor=x y      | tenant@vendor=x y
            0a=1                   | 0a=1
            a                      |
            =1                     |
            a=                     |
            A=1                    |
            a=1=2                  |
            a=1,a=2                |
            a=1,b=é                |
            """)
    void state_is_valid_as_a_whole_or_is_none(String sent, String kept) {
        assertEquals(kept, state(sent));
    }

    @Test
    void several_fields_are_one_state() {
        assertEquals("a=1,b=2", state("a=1", "b=2"));
    }

    @Test
    void more_than_32_members_are_none() {
        assertEquals(32, state(members(32, 1)).split(",").length);
        assertNull(state(members(33, 1)));
    }

    @Test
    void members_that_are_too_long_go_first_and_then_the_last_ones() {
        String large = "large=" + "x".repeat(200);
        String many = members(20, 22);
        assertEquals(many.substring(0, many.indexOf(",k19")), state(large, many));
        String first = "a=1,b=" + "y".repeat(256);
        assertEquals(first, state(first, "c=" + "y".repeat(256)));
    }

    /// Returns so many members, each of a name of three characters and a value of `length`.
    private static String members(int number, int length) {
        return IntStream.range(0, number).mapToObj(i -> "k%02d=".formatted(i) + "v".repeat(length))
                .collect(Collectors.joining(","));
    }

    @Test
    void field_that_is_far_too_long_is_not_looked_at() {
        assertNull(state("a=1," + ",".repeat(10_000)));
    }
}
