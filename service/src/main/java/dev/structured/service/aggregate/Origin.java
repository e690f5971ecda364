package dev.structured.service.aggregate;

import dev.structured.service.config.Priority;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Where a request came from, and the trace that it belongs to: what its calls may tell downstreams. Two
/// calls that differ only in this are equal calls. **Thread-safe.**
public final class Origin {
    /// Nobody's.
    public static final Origin NONE = new Origin(null, null, "http", null, null);

    private static final int TRACE_BYTES = 16;
    private static final int PARENT_BYTES = 8;

    private final @Nullable String address;
    private final @Nullable String host;
    private final String scheme;
    private final @Nullable String tracestate;
    private final Priority priority;
    /// Guarded by this.
    private @Nullable String traceparent;

    /// Makes the origin of a request of normal priority.
    public Origin(@Nullable String address, @Nullable String host, String scheme,
            @Nullable String traceparent, @Nullable String tracestate) {
        this(address, host, scheme, traceparent, tracestate, Priority.NORMAL);
    }

    /// @param address of the client's end of the connection; null if it is not known
    /// @param host that the client named; null for none
    /// @param scheme `http` or `https`
    /// @param traceparent the client's, by W3C Trace Context; null if it has none that is valid
    /// @param tracestate that belongs to the traceparent; null for none
    /// @param priority how much the request matters
    public Origin(@Nullable String address, @Nullable String host, String scheme,
            @Nullable String traceparent, @Nullable String tracestate, Priority priority) {
        this.address = address;
        this.host = host;
        this.scheme = scheme;
        this.traceparent = traceparent;
        this.tracestate = tracestate;
        this.priority = priority;
    }

    /// Returns the address of the client's end of the connection; null if it is not known.
    public @Nullable String address() {
        return address;
    }

    /// Returns the host that the client named; null for none.
    public @Nullable String host() {
        return host;
    }

    /// Returns how much the request matters.
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

    /// Returns the trace, which begins now if there is none: all calls for the request are of the same one.
    /// Its flags do not ask for recording.
    public synchronized String traceparentOrNew() {
        String known = traceparent;
        if (known != null) return known;
        String begun = "00-" + random(TRACE_BYTES) + "-" + random(PARENT_BYTES) + "-00";
        traceparent = begun;
        return begun;
    }

    private static String random(int length) {
        byte[] bytes = new byte[length];
        ThreadLocalRandom.current().nextBytes(bytes);
        bytes[0] |= 1; // all zeros would not be valid
        return HexFormat.of().formatHex(bytes);
    }

    /// Returns the vendors' additions to the trace; null for none.
    public @Nullable String tracestate() {
        return tracestate;
    }
}
