package dev.structured.service.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.structured.service.yaml.InvalidValueException;

/// Templates of texts, paths, bodies and conditions are read or refused.
class TemplatesFuzzTest {
    @FuzzTest(maxDuration = "4s")
    void template_is_read_or_refused(byte[] bytes) {
        if (bytes.length == 0) return;
        String text = new String(bytes, 1, bytes.length - 1, UTF_8);
        try {
            switch (bytes[0] % 6) {
                case 0 -> TextTemplate.parse(text);
                case 1 -> PathTemplate.parse("/" + text);
                case 2 -> RoutePath.parse("/" + text);
                case 3 -> Condition.parse(text);
                case 4 -> FieldPath.parse(text);
                default -> JsonTemplate.parse(TextNode.valueOf(text));
            }
        } catch (InvalidValueException refused) {
            // Says why.
        }
    }
}
