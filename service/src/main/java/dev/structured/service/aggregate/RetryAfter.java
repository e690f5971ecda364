package dev.structured.service.aggregate;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/// The header by which a downstream asks for a pause (RFC 9110, 10.2.3).
public final class RetryAfter {
    /// Its name.
    public static final String HEADER = "retry-after";

    private RetryAfter() {}

    /// Returns the pause that the reply asks for; null if it asks for none. A date that has passed asks for
    /// none. Neither does a value that is neither a whole number of seconds nor a single date.
    public static @Nullable Duration of(Reply reply) {
        String value = reply.headers().get(HEADER);
        if (value == null) return null;
        return value.matches("[0-9]{1,9}") ? Duration.ofSeconds(Integer.parseInt(value)) : until(value);
    }

    private static @Nullable Duration until(String date) {
        try {
            Instant end = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            Duration pause = Duration.between(Instant.now(), end);
            return pause.isPositive() ? pause : null;
        } catch (DateTimeException _) {
            return null;
        }
    }
}
