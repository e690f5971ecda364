package dev.structured.service.aggregate;

import dev.structured.service.config.Priority;
import dev.structured.service.record.AttemptRecorder;
import dev.structured.service.record.Trace;
import org.jspecify.annotations.Nullable;

/// The client and the trace of a request, which its calls may pass on to downstreams. Two calls that differ
/// only in this are equal calls. **Thread-safe.**
public final class Origin {
    /// The origin of calls that belong to no request.
    public static final Origin NONE = new Origin(null, null, "http", null, null);

    private final @Nullable String address;
    private final @Nullable String host;
    private final String scheme;
    private final @Nullable String tracestate;
    private final Priority priority;
    private final @Nullable Trace traced;
    /// Guarded by this.
    private @Nullable String traceparent;

    /// Makes the origin of a request of normal priority.
    public Origin(@Nullable String address, @Nullable String host, String scheme,
            @Nullable String traceparent, @Nullable String tracestate) {
        this(address, host, scheme, traceparent, tracestate, Priority.NORMAL);
    }

    /// @param address the address of the client's end of the connection; null if it is not known
    /// @param host the host that the client named; null for none
    /// @param scheme `http` or `https`
    /// @param traceparent the client's `traceparent` (W3C Trace Context); null if there is no valid one
    /// @param tracestate the `tracestate` that belongs to it; null for none
    /// @param priority the priority of the request
    public Origin(@Nullable String address, @Nullable String host, String scheme,
            @Nullable String traceparent, @Nullable String tracestate, Priority priority) {
        this(address, host, scheme, traceparent, tracestate, priority, null);
    }

    /// Returns the origin of a request that has a span of its own.
    ///
    /// @param span the span of the request
    public static Origin traced(@Nullable String address, @Nullable String host, String scheme, Trace span,
            Priority priority) {
        return new Origin(address, host, scheme, span.traceparent(), span.state(), priority, span);
    }

    private Origin(@Nullable String address, @Nullable String host, String scheme,
            @Nullable String traceparent, @Nullable String tracestate, Priority priority,
            @Nullable Trace traced) {
        this.address = address;
        this.host = host;
        this.scheme = scheme;
        this.traceparent = traceparent;
        this.tracestate = tracestate;
        this.priority = priority;
        this.traced = traced;
    }

    /// Returns the address of the client's end of the connection; null if it is not known.
    public @Nullable String address() {
        return address;
    }

    /// Returns the host that the client named; null for none.
    public @Nullable String host() {
        return host;
    }

    /// Returns the priority of the request.
    public Priority priority() {
        return priority;
    }

    /// Returns `http` or `https`.
    public String scheme() {
        return scheme;
    }

    /// Returns the trace; null if there is none.
    public synchronized @Nullable String traceparent() {
        return traceparent;
    }

    /// Returns the trace; begins one if there is none, so that all calls for the request belong to the same
    /// trace. Its flags do not ask for recording.
    public synchronized String traceparentOrNew() {
        String known = traceparent;
        if (known != null) return known;
        String begun = new Trace(Trace.newId(), Trace.newSpan(), null, 0, null).traceparent();
        traceparent = begun;
        return begun;
    }

    /// Returns the `traceparent` of a call, which names the span of the attempt, or that of the request if
    /// the attempt is not recorded; null if the request has no span of its own.
    public @Nullable String traceparentOf(@Nullable AttemptRecorder attempt) {
        if (traced == null) return null;
        return attempt == null || attempt.span() == 0
                ? traced.traceparent()
                : traced.traceparent(attempt.span());
    }

    /// Returns the vendors' additions to the trace; null for none.
    public @Nullable String tracestate() {
        return tracestate;
    }
}
