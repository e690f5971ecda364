package dev.structured.core.combine;

/// Adds exceptions to others as suppressed ones, within bounds.
final class Remarks {
    /// A program may throw one and the same exception again and again, which would collect them without end.
    private static final int MOST = 64;

    private Remarks() {}

    /// Suppresses the second exception in the first, unless they are the same or the first has very many by
    /// now.
    static void add(Throwable thrown, Throwable remark) {
        if (thrown != remark && thrown.getSuppressed().length < MOST) thrown.addSuppressed(remark);
    }
}
