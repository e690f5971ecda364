package dev.structured.service.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonDifferenceTest {

    private static JsonNode json(String text) throws JsonProcessingException {
        return new ObjectMapper().readTree(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"a": 1, "b": [1, 2]} | {"b": [1, 2], "a": 1}
            1                     | 1.0
            null                  | null
            """)
    void same_values_do_not_differ(String expected, String actual) throws JsonProcessingException {
        assertNull(JsonDifference.between(json(expected), json(actual)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"a": {"b": 1}}  | {"a": {"b": 2}}   | at /a/b: expected 1, got 2
            {"a": 1}         | {"a": 1, "b": 2}  | at /b: expected nothing, got 2
            {"a": null}      | {}                | at /a: expected null, got nothing
            [1, 2]           | [1]               | at /1: expected 2, got nothing
            {"a/~": 1}       | {"a/~": "1"}      | at /a~1~0: expected 1, got "1"
            1                | []                | at its root: expected 1, got []
            """)
    void first_difference_is_told_with_its_pointer(String expected, String actual, String told)
            throws JsonProcessingException {
        assertEquals(told, String.valueOf(JsonDifference.between(json(expected), json(actual))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            {"a": {}}        | {"a": {"b": 2}, "c": 3} | -
            {"a": [{}, {}]}  | {"a": [{"b": 2}, {}]}   | -
            {"a": [{}]}      | {"a": [{"b": 2}, {}]}   | at /a/1: expected nothing, got {}
            {"a": {"x": 1}}  | {"a": {"b": 2}}         | at /a/x: expected 1, got nothing
            """)
    void contained_objects_may_have_more_but_lists_may_not(String expected, String actual, String told)
            throws JsonProcessingException {
        JsonDifference difference = JsonDifference.contained(json(expected), json(actual));
        assertEquals(told, difference == null ? null : difference.toString());
    }
}
