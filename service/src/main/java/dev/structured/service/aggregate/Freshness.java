package dev.structured.service.aggregate;

/// How long an answer may be used, and by whom (RFC 9111).
///
/// @param known whether the answer says anything about it
/// @param seconds for how many seconds from now; 0 for not at all
/// @param shared false when it is for this client only (`private`)
public record Freshness(boolean known, long seconds, boolean shared) {
    /// The answer does not say.
    public static final Freshness UNKNOWN = new Freshness(false, 0, true);
    /// The answer may not be kept: `no-store`.
    public static final Freshness NONE = new Freshness(true, 0, true);
    /// What never changes: a fixed value.
    public static final Freshness FOREVER = new Freshness(true, Long.MAX_VALUE, true);

    /// Returns the freshness of something made of both: the smaller one, for everybody only if both are. What may not be
    /// used again stays so beside what does not say.
    public Freshness and(Freshness other) {
        boolean told = (known && other.known) || isOver() || other.isOver();
        return new Freshness(told, Math.min(seconds, other.seconds), shared && other.shared);
    }

    private boolean isOver() {
        return known && seconds <= 0;
    }
}
