package dev.structured.service.check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.structured.service.yaml.ConfigException;

/// Any text is a configuration file, or is refused by mistakes that stand somewhere in it.
class ConfigReaderFuzzTest {
    @FuzzTest(maxDuration = "4s")
    void text_is_read_or_refused_where_it_is_wrong(byte[] bytes) {
        String text = new String(bytes, UTF_8);
        try {
            ConfigReader.read("fuzz.yaml", text);
        } catch (ConfigException refused) {
            assertFalse(refused.problems().isEmpty());
            refused.problems().forEach(each -> assertTrue(each.line() >= 1, each::toString));
        }
    }
}
