package dev.structured.service.aggregate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/// Whatever a client sends as cookies, a call gets only those that are named, and no value that could end its
/// own cookie.
class CookiesFuzzTest {
    private static final Set<String> NAMES = Set.of("a", "session");

    @FuzzTest(maxDuration = "2s")
    void cookies_are_read_or_left_out(byte[] bytes) {
        JsonNode values = Cookies.named(NAMES, new String(bytes, ISO_8859_1));
        values.fieldNames().forEachRemaining(name -> assertTrue(NAMES.contains(name), name));
        for (JsonNode value : values) {
            assertTrue(value.asText().chars().allMatch(c -> c >= ' ' && c < 0x7f && c != ';'),
                    value.asText());
        }
        String field = Cookies.field(List.of("a", "session"), values);
        if (field != null) assertFalse(Cookies.named(NAMES, field).isEmpty());
    }
}
