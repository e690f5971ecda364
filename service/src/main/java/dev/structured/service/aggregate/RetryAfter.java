package dev.structured.service.aggregate;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The header by which a downstream asks for a pause (RFC 9110, 10.2.3).
public final class RetryAfter {
    /// Its name.
    public static final String HEADER = "retry-after";

    /// The form of C's `asctime`. Servers no longer write it, or the other older one, but a date in either
    /// counts (RFC 9110, 5.6.7).
    private static final DateTimeFormatter ASCTIME = DateTimeFormatter
            .ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private RetryAfter() {}

    /// Returns the pause that the reply asks for; null if it asks for none. A date that has passed asks for
    /// none. Neither does a value that is neither a whole number of seconds nor a single date.
    public static @Nullable Duration of(Reply reply) {
        String value = reply.headers().get(HEADER);
        if (value == null) return null;
        return value.matches("[0-9]{1,9}") ? Duration.ofSeconds(Integer.parseInt(value)) : until(value);
    }

    private static @Nullable Duration until(String date) {
        Instant now = Instant.now();
        for (DateTimeFormatter form : List.of(DateTimeFormatter.RFC_1123_DATE_TIME, rfc850(now), ASCTIME)) {
            try {
                Duration pause = Duration.between(now, ZonedDateTime.parse(date, form).toInstant());
                return pause.isPositive() ? pause : null;
            } catch (DateTimeException _) {
                // It has another form.
            }
        }
        return null;
    }

    /// Returns the older form, whose years have two digits and are at most fifty years ahead.
    private static DateTimeFormatter rfc850(Instant now) {
        int earliest = now.atZone(ZoneOffset.UTC).getYear() - 49;
        return new DateTimeFormatterBuilder().appendPattern("EEEE, dd-MMM-")
                .appendValueReduced(ChronoField.YEAR, 2, 2, earliest)
                .appendPattern(" HH:mm:ss 'GMT'")
                .toFormatter(Locale.ENGLISH)
                .withZone(ZoneOffset.UTC);
    }
}
