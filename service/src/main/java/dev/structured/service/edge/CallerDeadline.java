package dev.structured.service.edge;

import dev.structured.service.config.DeadlineHeader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the caller's time limit from the headers that the file trusts.
///
/// A value that cannot be read is ignored, and never taken for "no time left": a mistake of the caller must
/// not end its requests.
public final class CallerDeadline {
    private static final Pattern MILLIS = Pattern.compile("[0-9]{1,18}");
    private static final Pattern GRPC = Pattern.compile("([0-9]{1,8})([HMSmun])");

    private final List<DeadlineHeader> trusted;
    private final Consumer<String> ignored;

    /// @param trusted the headers that are read
    /// @param ignored called with the name of a header whose value cannot be read
    public CallerDeadline(List<DeadlineHeader> trusted, Consumer<String> ignored) {
        this.trusted = trusted;
        this.ignored = ignored;
    }

    /// Returns the rest of the shortest time that the headers give; zero if it is used up; null if no header
    /// gives a time.
    ///
    /// @param spentNanos the time since the request arrived
    @Nullable
    public Duration left(Headers headers, long spentNanos) {
        long shortest = Long.MAX_VALUE;
        for (DeadlineHeader header : trusted) {
            for (String value : headers.values(header.headerName())) {
                shortest = Math.min(shortest, nanos(header, value.strip()));
            }
        }
        return shortest == Long.MAX_VALUE ? null : Duration.ofNanos(Math.max(0, shortest - spentNanos));
    }

    /// Returns the time of one value; `Long.MAX_VALUE` if it cannot be read.
    private long nanos(DeadlineHeader header, String value) {
        if (header == DeadlineHeader.GRPC_TIMEOUT) {
            Matcher matcher = GRPC.matcher(value);
            if (matcher.matches()) {
                return unit(matcher.group(2)).toNanos(Long.parseLong(matcher.group(1)));
            }
        } else if (MILLIS.matcher(value).matches()) {
            return TimeUnit.MILLISECONDS.toNanos(Long.parseLong(value));
        }
        ignored.accept(header.headerName());
        return Long.MAX_VALUE;
    }

    private static TimeUnit unit(String letter) {
        return switch (letter) {
            case "H" -> TimeUnit.HOURS;
            case "M" -> TimeUnit.MINUTES;
            case "S" -> TimeUnit.SECONDS;
            case "m" -> TimeUnit.MILLISECONDS;
            case "u" -> TimeUnit.MICROSECONDS;
            default -> TimeUnit.NANOSECONDS;
        };
    }
}
