package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogLineTest {
    private static LogLine text() {
        return new LogLine(LogFormat.TEXT);
    }

    private static LogLine json() {
        return new LogLine(LogFormat.JSON);
    }

    private static JsonNode parsed(LogLine line) throws IOException {
        return new ObjectMapper().readTree("{" + line + "}");
    }

    @Test
    void plain_values_stand_bare() {
        assertEquals("method=GET path=/products/42 status=200",
                text().with("method", "GET").with("path", "/products/42").withNumber("status", "200")
                        .toString());
    }

    @Test
    void value_with_a_blank_or_an_equals_sign_is_quoted() {
        assertEquals("a=\"b c\" d=\"e=f\" g=\"\"",
                text().with("a", "b c").with("d", "e=f").with("g", "").toString());
    }

    @Test
    void value_cannot_end_its_quotes_or_its_line() {
        assertEquals("a=\"x\\\" status=200\\u000d\\u000anext=\\\\\"",
                text().with("a", "x\" status=200\r\nnext=\\").toString());
    }

    @Test
    void long_value_is_cut_at_a_whole_character() {
        String line = text().with("a", "x".repeat(511) + "\ud83d\ude00" + "x".repeat(10)).toString();
        assertEquals("a=" + "x".repeat(511) + "...", line);
    }

    @Test
    void what_is_not_ascii_is_written_in_ascii() {
        assertEquals("a=\"\\u00e9\\u001b[31m\\u2028\\u202e\"",
                text().with("a", "\u00e9\u001b[31m\u2028\u202e").toString());
    }

    @Test
    void long_value_is_cut() {
        String line = text().with("a", "x".repeat(100_000)).toString();
        assertTrue(line.length() < 600, () -> "length " + line.length());
        assertTrue(line.endsWith("xxx..."), line);
    }

    @Test
    void several_values_are_one_text() {
        assertEquals("n=1 missing=\"reviews:timeout,a b:reset\"",
                text().withNumber("n", "1").withAll("missing", List.of("reviews:timeout", "a b:reset"))
                        .withAll("none", List.of()).toString());
    }

    @Test
    void json_has_every_value_as_it_was() throws IOException {
        String nasty = "x\" status=200\r\n\t\\}{,\u00e9\u2028\ud83d\ude00\u0000";
        JsonNode line = parsed(json().with("path", nasty).withNumber("status", "200").withNumber("ms", "3.4")
                .withAll("missing", List.of(nasty, "b")).withAll("none", List.of()));
        assertEquals(nasty, line.get("path").textValue());
        assertEquals(200, line.get("status").intValue());
        assertEquals(3.4, line.get("ms").doubleValue());
        assertEquals(nasty, line.get("missing").get(0).textValue());
        assertEquals("b", line.get("missing").get(1).textValue());
        assertEquals(4, line.size());
    }

    @Test
    void json_is_one_line_of_ascii() {
        String line = json().with("path", "\r\n\u00e9\u2028").toString();
        assertTrue(line.chars().allMatch(c -> c >= ' ' && c < 0x7f), line);
    }
}
