package dev.structured.service.aggregate;

/// How long an answer may be reused, and for which clients (RFC 9111).
///
/// @param known whether the answer says anything about its freshness
/// @param seconds the number of seconds from now; 0 if the answer must not be reused
/// @param shared false if the answer may be reused only for the same client (`private`)
public record Freshness(boolean known, long seconds, boolean shared) {
    /// The freshness of an answer that says nothing about it.
    public static final Freshness UNKNOWN = new Freshness(false, 0, true);
    /// The freshness of an answer that must not be reused: `no-store`.
    public static final Freshness NONE = new Freshness(true, 0, true);
    /// The freshness of a fixed value, which never changes.
    public static final Freshness FOREVER = new Freshness(true, Long.MAX_VALUE, true);

    /// Returns the freshness of a page that is made of both: the shorter time, and shared only if both are
    /// shared. If one must not be reused, neither must the page, even if the other says nothing.
    public Freshness and(Freshness other) {
        boolean told = (known && other.known) || isOver() || other.isOver();
        return new Freshness(told, Math.min(seconds, other.seconds), shared && other.shared);
    }

    private boolean isOver() {
        return known && seconds <= 0;
    }
}
