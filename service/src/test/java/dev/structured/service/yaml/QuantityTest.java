package dev.structured.service.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class QuantityTest {

    @Test
    void durations_are_read_in_each_unit() throws Rejected {
        assertEquals(800, Quantity.DURATION.read("800ms", 0, 1_000_000));
        assertEquals(2_000, Quantity.DURATION.read("2s", 0, 1_000_000));
        assertEquals(180_000, Quantity.DURATION.read("3min", 0, 1_000_000));
        assertEquals(2_000, Quantity.DURATION.read("2 s", 0, 1_000_000));
    }

    @Test
    void sizes_are_read_in_each_unit() throws Rejected {
        assertEquals(12, Quantity.SIZE.read("12B", 0, 1 << 30));
        assertEquals(64 << 10, Quantity.SIZE.read("64KiB", 0, 1 << 30));
        assertEquals(3 << 20, Quantity.SIZE.read("3MiB", 0, 1 << 30));
    }

    @Test
    void number_without_unit_is_refused_with_the_units() {
        assertRefused("must be a duration with a unit; write 300ms, 300s or 300min", Quantity.DURATION,
                "300");
        assertRefused("must be a size with a unit; write 64B, 64KiB or 64MiB", Quantity.SIZE, "64");
    }

    @Test
    void unknown_unit_is_refused_with_the_nearest_one() {
        assertRefused("has the unknown unit 'msec' (units: ms, s, min)", Quantity.DURATION, "5msec");
        assertRefused("has the unknown unit 'sec' (units: ms, s, min)", Quantity.DURATION, "5sec");
        assertRefused("has the unknown unit 'MS'; did you mean 'ms'? (units: ms, s, min)", Quantity.DURATION,
                "5MS");
        assertRefused("has the unknown unit 'KB'; did you mean 'KiB'? (units: B, KiB, MiB)", Quantity.SIZE,
                "5KB");
        assertRefused("has the unknown unit 'mib'; did you mean 'MiB'? (units: B, KiB, MiB)", Quantity.SIZE,
                "5mib");
    }

    @Test
    void what_is_no_number_with_a_unit_is_refused() {
        String rule = "must be a duration, a whole number with a unit, such as 500ms, 500s or 500min; it is ";
        assertRefused(rule + "'soon'", Quantity.DURATION, "soon");
        assertRefused(rule + "'-5ms'", Quantity.DURATION, "-5ms");
        assertRefused(rule + "'1.5s'", Quantity.DURATION, "1.5s");
        assertRefused(rule + "'1s 5ms'", Quantity.DURATION, "1s 5ms");
        assertRefused(rule + "'ms'", Quantity.DURATION, "ms");
    }

    @Test
    void bounds_are_kept_and_told() throws Rejected {
        assertEquals(1, Quantity.DURATION.read("1ms", 1, 600_000));
        assertEquals(600_000, Quantity.DURATION.read("10min", 1, 600_000));
        assertRefused("must be between 1ms and 10min; it is 0ms", Quantity.DURATION, "0ms");
        assertRefused("must be between 1ms and 10min; it is 601s", Quantity.DURATION, "601s");
        assertRefused("must be between 1ms and 10min; it is 99999999999999999999min", Quantity.DURATION,
                "99999999999999999999min");
    }

    private static void assertRefused(String complaint, Quantity quantity, String text) {
        assertEquals(complaint,
                assertThrows(Rejected.class, () -> quantity.read(text, 1, 600_000)).complaint());
    }
}
