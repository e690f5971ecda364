package dev.structured.service.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class UnitNumberTest {

    @Test
    void durations_are_read_in_each_unit() throws InvalidValueException {
        assertEquals(800, UnitNumber.DURATION.read("800ms", 0, 1_000_000));
        assertEquals(2_000, UnitNumber.DURATION.read("2s", 0, 1_000_000));
        assertEquals(180_000, UnitNumber.DURATION.read("3min", 0, 1_000_000));
        assertEquals(2_000, UnitNumber.DURATION.read("2 s", 0, 1_000_000));
    }

    @Test
    void sizes_are_read_in_each_unit() throws InvalidValueException {
        assertEquals(12, UnitNumber.SIZE.read("12B", 0, 1 << 30));
        assertEquals(64 << 10, UnitNumber.SIZE.read("64KiB", 0, 1 << 30));
        assertEquals(3 << 20, UnitNumber.SIZE.read("3MiB", 0, 1 << 30));
    }

    @Test
    void number_without_unit_is_refused_with_the_units() {
        assertRefused("must be a duration with a unit; write 300ms, 300s or 300min", UnitNumber.DURATION,
                "300");
        assertRefused("must be a size with a unit; write 64B, 64KiB or 64MiB", UnitNumber.SIZE, "64");
    }

    @Test
    void unknown_unit_is_refused_with_the_nearest_one() {
        assertRefused("has the unknown unit 'msec' (units: ms, s, min)", UnitNumber.DURATION, "5msec");
        assertRefused("has the unknown unit 'sec' (units: ms, s, min)", UnitNumber.DURATION, "5sec");
        assertRefused("has the unknown unit 'MS'; did you mean 'ms'? (units: ms, s, min)",
                UnitNumber.DURATION,
                "5MS");
        assertRefused("has the unknown unit 'KB'; did you mean 'KiB'? (units: B, KiB, MiB)", UnitNumber.SIZE,
                "5KB");
        assertRefused("has the unknown unit 'mib'; did you mean 'MiB'? (units: B, KiB, MiB)", UnitNumber.SIZE,
                "5mib");
    }

    @Test
    void what_is_no_number_with_a_unit_is_refused() {
        String rule = "must be a duration, a whole number with a unit, such as 500ms, 500s or 500min; it is ";
        assertRefused(rule + "'soon'", UnitNumber.DURATION, "soon");
        assertRefused(rule + "'-5ms'", UnitNumber.DURATION, "-5ms");
        assertRefused(rule + "'1.5s'", UnitNumber.DURATION, "1.5s");
        assertRefused(rule + "'1s 5ms'", UnitNumber.DURATION, "1s 5ms");
        assertRefused(rule + "'ms'", UnitNumber.DURATION, "ms");
    }

    @Test
    void bounds_are_kept_and_told() throws InvalidValueException {
        assertEquals(1, UnitNumber.DURATION.read("1ms", 1, 600_000));
        assertEquals(600_000, UnitNumber.DURATION.read("10min", 1, 600_000));
        assertRefused("must be between 1ms and 10min; it is 0ms", UnitNumber.DURATION, "0ms");
        assertRefused("must be between 1ms and 10min; it is 601s", UnitNumber.DURATION, "601s");
        assertRefused("must be between 1ms and 10min; it is 99999999999999999999min", UnitNumber.DURATION,
                "99999999999999999999min");
    }

    private static void assertRefused(String complaint, UnitNumber quantity, String text) {
        assertEquals(complaint,
                assertThrows(InvalidValueException.class, () -> quantity.read(text, 1, 600_000)).complaint());
    }
}
