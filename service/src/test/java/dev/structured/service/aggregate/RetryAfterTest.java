package dev.structured.service.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RetryAfterTest {
    private static @Nullable Duration pause(String value) {
        return RetryAfter.of(new Reply(503, MissingNode.getInstance(), Map.of("retry-after", value),
                Freshness.UNKNOWN));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "7, 7", "007, 7", "999999999, 999999999"})
    void seconds_are_read(String value, long seconds) {
        assertEquals(Duration.ofSeconds(seconds), pause(value));
    }

    /// RFC 9110, 5.6.7: who reads a date must accept all three.
    @ParameterizedTest
    @ValueSource(strings = {"EEE, dd MMM yyyy HH:mm:ss 'GMT'", "EEEE, dd-MMM-yy HH:mm:ss 'GMT'",
            "EEE MMM ppd HH:mm:ss yyyy"})
    void date_may_have_each_of_its_forms(String form) {
        DateTimeFormatter writer = DateTimeFormatter.ofPattern(form, Locale.ENGLISH);
        ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
        for (int days = 2; days < 40; days += 5) { // days of the month with one digit, too
            Duration pause = pause(writer.format(now.plusDays(days)));
            assertNotNull(pause, form);
            assertTrue(pause.compareTo(Duration.ofDays(days)) <= 0, pause::toString);
            assertTrue(pause.compareTo(Duration.ofDays(days - 1)) > 0, pause::toString);
            assertNull(pause(writer.format(now.minusDays(days))));
        }
        assertNull(pause(writer.format(now.minusYears(40))), "a year of two digits may be past");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "1.5", "1, 1", "1000000000", "Mon, 32 Jan 2099 00:00:00 GMT",
            "Sat Nov 6 08:49:37 2094", "Saturday, 06-Nov-2094 08:49:37 GMT"})
    void anything_else_is_as_if_it_were_not_there(String value) {
        assertNull(pause(value));
    }
}
