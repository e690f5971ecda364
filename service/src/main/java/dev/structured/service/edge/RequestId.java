package dev.structured.service.edge;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The id of a request in headers, problems and the log: the client's own if it is harmless, otherwise a new
/// one.
public final class RequestId {
    /// The header that carries it, in both directions.
    public static final String HEADER = "X-Request-Id";

    // Nothing here can break a log line, a header or a URN.
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private RequestId() {}

    /// Returns `offered` if it is harmless, otherwise a new id.
    public static String of(@Nullable String offered) {
        if (offered != null && HARMLESS.matcher(offered).matches()) return offered;
        return UUID.randomUUID().toString();
    }
}
