package dev.structured.service.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.structured.service.yaml.InvalidValueException;
import java.util.regex.Pattern;

/// Templates of texts, paths, bodies and conditions are read or refused; a pattern accepts what the regular
/// expression of the same text accepts.
class TemplatesFuzzTest {
    @FuzzTest(maxDuration = "4s")
    void template_is_read_or_refused(byte[] bytes) {
        if (bytes.length == 0) return;
        String text = new String(bytes, 1, bytes.length - 1, UTF_8);
        try {
            switch (bytes[0] % 7) {
                case 0 -> TextTemplate.parse(text);
                case 1 -> PathTemplate.parse("/" + text);
                case 2 -> example(RoutePath.parse("/" + text));
                case 6 -> pattern(text);
                case 3 -> Condition.parse(text);
                case 4 -> FieldPath.parse(text);
                default -> JsonTemplate.parse(TextNode.valueOf(text));
            }
        } catch (InvalidValueException refused) {
            // Says why.
        }
    }

    private static void example(RoutePath path) throws InvalidValueException {
        if (!path.covers(path)) throw new AssertionError(path.text() + " does not cover itself");
        RoutePath.parse(path.template().isEmpty() ? "/" : path.template());
    }

    private static void pattern(String text) throws InvalidValueException {
        Automaton automaton = Automaton.of(PatternParser.parse(text));
        String example = automaton.example();
        boolean plain = text.chars().allMatch(c -> c > ' ' && c < 0x7f) && !text.contains("&&");
        if (!automaton.accepts(example) || (plain && !Pattern.compile(text, Pattern.DOTALL).matcher(example)
                .matches())) {
            throw new AssertionError("'" + text + "' and '" + example + "'");
        }
    }
}
