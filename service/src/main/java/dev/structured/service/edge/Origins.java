package dev.structured.service.edge;

import dev.structured.service.aggregate.Origin;
import dev.structured.service.config.Priority;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads where a request came from, and its trace. What it says of those before it (`Forwarded`, `Via`) is
/// not read: anybody can write that.
final class Origins {
    /// W3C Trace Context, level 1; later versions may have more at the end.
    private static final Pattern TRACEPARENT = Pattern
            .compile(
                    "(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}"
                            + "-[0-9a-f]{2}(-[ -~]{0,64})?");
    private static final Pattern TRACESTATE = Pattern.compile("[ -~]{1,512}");

    private Origins() {}

    static Origin of(ClientRequest request, Priority priority) {
        String trace = traceparent(request.headers());
        return new Origin(request.address(), request.headers().first("Host"), request.scheme(), trace,
                trace == null ? null : tracestate(request.headers()), priority);
    }

    private static @Nullable String traceparent(Headers headers) {
        List<String> values = headers.values("traceparent");
        if (values.size() != 1) return null;
        String value = values.getFirst().strip();
        boolean first = value.startsWith("00-");
        return TRACEPARENT.matcher(value).matches() && (!first || value.length() == 55) ? value : null;
    }

    private static @Nullable String tracestate(Headers headers) {
        String joined = String.join(",", headers.values("tracestate"));
        return TRACESTATE.matcher(joined).matches() ? joined : null;
    }
}
