package dev.structured.service.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class StructuredFieldTest {
    @Test
    void name_that_can_be_a_token_is_one() {
        assertEquals("reviews", StructuredField.tokenOrString("reviews"));
        assertEquals("stock_eu-1", StructuredField.tokenOrString("stock_eu-1"));
    }

    @Test
    void name_that_cannot_be_a_token_becomes_a_string() {
        assertEquals("\"2nd\"", StructuredField.tokenOrString("2nd"));
        assertEquals("\"a b;c\"", StructuredField.tokenOrString("a b;c"));
        assertEquals("\"\"", StructuredField.tokenOrString(""));
    }

    @Test
    void string_escapes_what_would_end_it() {
        assertEquals("\"a\\\"b\\\\c\"", StructuredField.string("a\"b\\c"));
    }

    @Test
    void string_replaces_what_the_form_cannot_hold() {
        assertEquals("\"a??b?\"", StructuredField.string("a\r\nb\u00e9"));
    }
}
