package dev.structured.service.server;

import dev.structured.service.edge.TraceContext;
import dev.structured.service.record.Trace;
import org.jspecify.annotations.Nullable;

/// Gives each request a span of its own, and sends the spans of those that are sampled. **Thread-safe.**
public interface RequestTracer {
    /// Begins the span of a request. Does not block.
    ///
    /// @param client the trace that the request belongs to; null if one begins here
    /// @param method the method, or `_OTHER`
    /// @param scheme `http` or `https`
    Trace begin(@Nullable TraceContext client, String method, String scheme);

    /// Called when a request whose trace is sampled has ended, and its last byte was written. Does not block.
    void ended(TracedRequest request);
}
