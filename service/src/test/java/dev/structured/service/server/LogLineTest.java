package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LogLineTest {
    @Test
    void plain_values_stand_bare() {
        assertEquals("method=GET path=/products/42 status=200",
                new LogLine().with("method", "GET").with("path", "/products/42").with("status", 200)
                        .toString());
    }

    @Test
    void value_with_a_blank_or_an_equals_sign_is_quoted() {
        assertEquals("a=\"b c\" d=\"e=f\" g=\"\"",
                new LogLine().with("a", "b c").with("d", "e=f").with("g", "").toString());
    }

    @Test
    void value_cannot_end_its_quotes_or_its_line() {
        assertEquals("a=\"x\\\" status=200\\u000d\\u000anext=\\\\\"",
                new LogLine().with("a", "x\" status=200\r\nnext=\\").toString());
    }

    @Test
    void what_is_not_ascii_is_written_in_ascii() {
        assertEquals("a=\"\\u00e9\\u001b[31m\\u2028\\u202e\"",
                new LogLine().with("a", "\u00e9\u001b[31m\u2028\u202e").toString());
    }

    @Test
    void long_value_is_cut() {
        String line = new LogLine().with("a", "x".repeat(100_000)).toString();
        assertTrue(line.length() < 600, () -> "length " + line.length());
        assertTrue(line.endsWith("xxx..."), line);
    }
}
