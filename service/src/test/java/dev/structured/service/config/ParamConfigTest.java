package dev.structured.service.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ParamConfigTest {

    /// A body takes each of these numbers, so a query does.
    @ParameterizedTest
    @CsvSource({"1E5, 100000", "1e-7, 0.0000001", "0.0000001, 0.0000001", "-2.50, -2.50", "-0.0, -0.0",
            "-0, 0",
            "12345678901234567890, "
                    + "12345678901234567890"})
    void number_of_a_url_may_be_any_that_a_body_may_have(String text, String plain) {
        JsonNode value = ParamConfig.Type.NUMBER.read(text);

        assertNotNull(value);
        assertEquals(plain, value.asText());
    }

    @ParameterizedTest
    @CsvSource({"1E999", "NaN", "0x1", "1.", "'1 '", ".5"})
    void what_is_no_number_in_a_body_is_none_in_a_url(String text) {
        assertNull(ParamConfig.Type.NUMBER.read(text));
    }

    @Test
    void choices_of_numbers_are_compared_by_what_they_are_worth() {
        ParamConfig rule = new ParamConfig(ParamConfig.Type.NUMBER, null, null, List.of("1", "2.5"), null,
                false,
                null);

        assertTrue(rule.isAllowed(ParamConfig.Type.NUMBER.read("1.0")));
        assertTrue(rule.isAllowed(ParamConfig.Type.NUMBER.read("25E-1")));
        assertFalse(rule.isAllowed(ParamConfig.Type.NUMBER.read("1.01")));
    }

    @Test
    void length_of_a_text_is_counted_in_characters_that_people_see_as_one_code_point() {
        assertEquals(BigDecimal.TWO, ParamConfig.size(JsonNumbers.FACTORY.textNode("😀a")));
    }

    private static final Duration TWO = Duration.ofNanos(2);

    @Test
    void share_of_a_budget_is_rounded_in_one_place() {
        BudgetRule rule = new BudgetRule.OfDeadline(new Percentage(33.33));

        assertEquals(new Percentage(33.33).of(TWO), rule.longest(TWO));
        assertEquals(1, rule.longest(TWO).toNanos());
    }
}
