package dev.structured.service.guard;

import dev.structured.service.aggregate.Reply;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The header by which a downstream says how long it wants to be left alone (RFC 9110, 10.2.3).
final class RetryAfter {
    static final String HEADER = "retry-after";
    /// What is asked for, but not in seconds: until an hour on the downstream's clock, or nothing that can be
    /// read.
    static final Duration UNTOLD = Duration.ofSeconds(Integer.MAX_VALUE);

    private RetryAfter() {}

    /// Returns the pause that the reply asks for; null if it asks for none.
    static @Nullable Duration of(Reply reply) {
        String value = reply.headers().get(HEADER);
        if (value == null) return null;
        return value.matches("[0-9]{1,9}") ? Duration.ofSeconds(Integer.parseInt(value)) : UNTOLD;
    }
}
