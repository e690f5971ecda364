package dev.structured.core.combine;

/// Adds suppressed exceptions to others, a limited number.
final class Remarks {
    /// A program may throw the same exception again and again, and it would collect suppressed ones without
    /// end.
    private static final int MOST = 64;

    private Remarks() {}

    /// Suppresses the second exception in the first, unless they are the same or the first has reached the
    /// limit.
    static void add(Throwable thrown, Throwable remark) {
        if (thrown != remark && thrown.getSuppressed().length < MOST) thrown.addSuppressed(remark);
    }
}
