package dev.structured.service.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SuggestionTest {
    private static final List<String> KEYS = List.of("from", "path", "query", "required", "budget");

    @Test
    void slips_of_the_finger_are_recognised() {
        assertEquals(Optional.of("budget"), Suggestion.nearest("budgt", KEYS));
        assertEquals(Optional.of("budget"), Suggestion.nearest("buddget", KEYS));
        assertEquals(Optional.of("budget"), Suggestion.nearest("bugdet", KEYS));
        assertEquals(Optional.of("from"), Suggestion.nearest("form", KEYS));
        assertEquals(Optional.of("from"), Suggestion.nearest("FROM", KEYS));
        assertEquals(Optional.of("required"), Suggestion.nearest("reqiured", KEYS));
    }

    @Test
    void other_words_are_left_alone() {
        assertEquals(Optional.empty(), Suggestion.nearest("colour", KEYS));
        assertEquals(Optional.empty(), Suggestion.nearest("to", KEYS));
        assertEquals(Optional.empty(), Suggestion.nearest("x".repeat(100_000), KEYS));
        assertEquals(Optional.empty(), Suggestion.nearest("", KEYS));
        assertEquals(Optional.empty(), Suggestion.nearest("from", List.of()));
    }

    @Test
    void hint_is_a_question_or_nothing() {
        assertEquals("; did you mean 'path'?", Suggestion.hint("pth", KEYS));
        assertEquals("", Suggestion.hint("colour", KEYS));
    }
}
