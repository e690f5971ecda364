package dev.structured.service.edge;

import dev.structured.service.aggregate.Origin;
import dev.structured.service.config.Priority;
import dev.structured.service.record.Trace;
import org.jspecify.annotations.Nullable;

/// Reads the origin of a request: its client and its trace. Ignores `Forwarded` and `Via`, which any client
/// can write.
final class Origins {
    private Origins() {}

    /// @param address the client's address, as far as it can be trusted
    /// @param traced the request's own span; null if no traces are made
    static Origin of(ClientRequest request, String address, Priority priority,
            @Nullable Trace traced) {
        String host = request.headers().first("Host");
        if (traced != null) {
            return Origin.traced(address, host, request.scheme(), traced, priority);
        }
        TraceContext context = TraceContext.of(request.headers());
        return new Origin(address, host, request.scheme(),
                context == null ? null : context.traceparent(),
                context == null ? null : context.tracestate(), priority);
    }
}
