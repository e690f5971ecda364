package dev.structured.service.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class NearMissTest {
    private static final List<String> KEYS = List.of("from", "path", "query", "required", "budget");

    @Test
    void slips_of_the_finger_are_recognised() {
        assertEquals(Optional.of("budget"), NearMiss.nearest("budgt", KEYS));
        assertEquals(Optional.of("budget"), NearMiss.nearest("buddget", KEYS));
        assertEquals(Optional.of("budget"), NearMiss.nearest("bugdet", KEYS));
        assertEquals(Optional.of("from"), NearMiss.nearest("form", KEYS));
        assertEquals(Optional.of("from"), NearMiss.nearest("FROM", KEYS));
        assertEquals(Optional.of("required"), NearMiss.nearest("reqiured", KEYS));
    }

    @Test
    void other_words_are_left_alone() {
        assertEquals(Optional.empty(), NearMiss.nearest("colour", KEYS));
        assertEquals(Optional.empty(), NearMiss.nearest("to", KEYS));
        assertEquals(Optional.empty(), NearMiss.nearest("x".repeat(100_000), KEYS));
        assertEquals(Optional.empty(), NearMiss.nearest("", KEYS));
        assertEquals(Optional.empty(), NearMiss.nearest("from", List.of()));
    }

    @Test
    void hint_is_a_question_or_nothing() {
        assertEquals("; did you mean 'path'?", NearMiss.hint("pth", KEYS));
        assertEquals("", NearMiss.hint("colour", KEYS));
    }
}
