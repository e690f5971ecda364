package dev.structured.service.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {
    @Test
    void harmless_id_is_kept() {
        assertEquals("a.B_9-z", RequestId.of("a.B_9-z"));
        assertEquals("x".repeat(128), RequestId.of("x".repeat(128)));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "a b", "a\nb", "a\"b", "a/b", "\u00e9", "a;b"})
    void any_other_is_replaced(String offered) {
        assertTrue(RequestId.of(offered).matches("[0-9a-f-]{36}"));
    }

    @Test
    void too_long_an_id_is_replaced() {
        assertEquals(36, RequestId.of("x".repeat(129)).length());
    }

    @Test
    void new_ids_differ() {
        assertNotEquals(RequestId.of(null), RequestId.of(null));
    }
}
