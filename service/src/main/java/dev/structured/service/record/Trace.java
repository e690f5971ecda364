package dev.structured.service.record;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The trace that a request belongs to, and the request's own span in it, as W3C Trace Context has them. Made
/// when the request begins, so that calls can name their spans before their outcome is known.
///
/// @param id the id of the trace: 32 hexadecimal digits, in lower case
/// @param span the id of the request's span; not 0
/// @param parent the id of the caller's span: 16 hexadecimal digits; null if the trace begins here
/// @param flags the flags that calls get: [#SAMPLED], [#RANDOM]
/// @param state the vendors' additions, which calls get; null for none
public record Trace(String id, long span, @Nullable String parent, int flags, @Nullable String state) {
    /// The flag of a trace whose spans are kept.
    public static final int SAMPLED = 1;
    /// The flag of a trace whose id is random (Trace Context, level 2).
    public static final int RANDOM = 2;

    /// The places of the two ids in a valid `traceparent`.
    private static final int ID_BEGINS = 3;
    private static final int ID_ENDS = 35;
    private static final int SPAN_BEGINS = 36;
    private static final int SPAN_ENDS = 52;

    private static final HexFormat HEX = HexFormat.of();

    /// Returns true if the spans of the request are kept.
    public boolean isSampled() {
        return (flags & SAMPLED) != 0;
    }

    /// Returns the `traceparent` of the request's own span.
    public String traceparent() {
        return traceparent(span);
    }

    /// Returns the `traceparent` of a call for the request.
    ///
    /// @param of the id of the call's span
    public String traceparent(long of) {
        return "00-" + id + "-" + hex(of) + "-" + HEX.toHexDigits((byte) flags);
    }

    /// Returns the id of the trace of a valid `traceparent`.
    public static String idOf(String traceparent) {
        return traceparent.substring(ID_BEGINS, ID_ENDS);
    }

    /// Returns the id of the span that a valid `traceparent` names.
    public static String spanOf(String traceparent) {
        return traceparent.substring(SPAN_BEGINS, SPAN_ENDS);
    }

    /// Returns a span's id as it is written: 16 hexadecimal digits.
    public static String hex(long span) {
        return HEX.toHexDigits(span);
    }

    /// Returns a new id for a span.
    public static long newSpan() {
        long id;
        do {
            id = ThreadLocalRandom.current().nextLong();
        } while (id == 0);
        return id;
    }

    /// Returns a new id for a trace.
    public static String newId() {
        return hex(newSpan()) + hex(newSpan());
    }
}
