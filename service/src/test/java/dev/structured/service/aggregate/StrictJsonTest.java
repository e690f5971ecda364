package dev.structured.service.aggregate;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
    private static void assertRefused(byte[] body) {
        assertThrows(NotJsonException.class, () -> StrictJson.read(body));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{} {}", "1 2", "{}x", "[1,]", "{\"a\":1,}", "{'a':1}", "{a:1}",
            "// x\n1", "NaN",
            "Infinity", "-", "01", "+1", ".5", "1.", "nul", "\"\t\"", "\"\\x\"", "{\"a\":1,\"a\":2}",
            "{\"b\":{\"a\":1,\"c\":0,\"a\":1}}", "{\"a\":1,\"\\u0061\":2}", "1e9999999999", "<p>Hello"})
    void what_is_not_one_json_value_is_refused(String text) {
        assertRefused(text.getBytes(UTF_8));
    }

    @ParameterizedTest
    @MethodSource
    void what_is_not_utf_8_is_refused(byte[] body) {
        assertRefused(body);
    }

    static Stream<byte[]> what_is_not_utf_8_is_refused() {
        return Stream.of(encoded("{\"a\":1}", UTF_16LE), encoded("{\"a\":1}", UTF_16BE),
                encoded("1", UTF_16LE),
                encoded("\ufeff{}", UTF_8), encoded("\ufeff{}", UTF_16LE), encoded("\ufeff{}", UTF_16BE),
                encoded("{\"a\":1}", Charset.forName("UTF-32BE")),
                new byte[]{'"', (byte) 0xe9, '"'}, // Latin-1
                new byte[]{'"', (byte) 0xc0, (byte) 0xaf, '"'}, // '/' in two bytes
                new byte[]{'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'}, // half a character
                new byte[]{'"', (byte) 0xf5, (byte) 0x80, (byte) 0x80, (byte) 0x80, '"'}, // beyond Unicode
                new byte[]{'"', (byte) 0xc3});
    }

    private static byte[] encoded(String text, Charset charset) {
        return text.getBytes(charset);
    }

    @Test
    void depth_is_limited() throws Exception {
        int most = StrictJson.MAX_DEPTH;
        assertEquals(1, StrictJson.read(("[".repeat(most) + "]".repeat(most)).getBytes(UTF_8)).size());
        assertRefused(("[".repeat(most + 1) + "]".repeat(most + 1)).getBytes(UTF_8));
        assertRefused("[".repeat(100_000).getBytes(UTF_8));
    }

    @Test
    void length_of_numbers_and_names_is_limited() {
        assertRefused("9".repeat(StrictJson.MAX_NUMBER_LENGTH + 1).getBytes(UTF_8));
        assertRefused(("{\"" + "x".repeat(StrictJson.MAX_NAME_LENGTH + 1) + "\":1}").getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"1.0E+2, 100", "1E5, 100000", "1e-7, 0.0000001", "-2.50E-8, -0.0000000250", "0E+3, 0000",
            "12.5e1, 125", "-0.0, -0.0", "-0.00, -0.00", "-0e9, -0.0", "-0, 0", "0.0, 0.0", "-0.50, -0.50"})
    void numbers_are_written_without_an_exponent(String text, String plain) throws Exception {
        JsonNode read = StrictJson.read(text.getBytes(UTF_8));

        assertEquals(plain.equals("0000") ? "0" : plain, read.asText());
        assertEquals(read.asText(), new ObjectMapper().writeValueAsString(read));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1E+308", "4.9E-324", "1E400"})
    void numbers_of_a_double_are_read(String text) throws Exception {
        assertEquals(0, new BigDecimal(text).compareTo(StrictJson.read(text.getBytes(UTF_8)).decimalValue()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1E401", "1E-401", "1E999999999", "[1E-2147483647]"})
    void exponents_beyond_those_of_a_double_are_refused(String text) {
        assertRefused(text.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "null", "true", "\"\"", "0", "-1", "12345678901234567890123", "10.50",
            "{\"a\":{\"a\":1},\"b\":{\"a\":2}}", "\"Zürich 😀\""})
    void what_is_json_comes_out_as_it_went_in(String text) throws Exception {
        String written = new ObjectMapper()
                .writeValueAsString(StrictJson.read(("\r\n\t " + text + " ").getBytes(UTF_8)));
        assertEquals(text, written);
    }
}
