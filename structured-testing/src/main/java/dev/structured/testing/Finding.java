package dev.structured.testing;

/// A fault that the simulation itself found, rather than the code in it.
final class Finding extends AssertionError {
    private static final long serialVersionUID = 1L;

    /// The kinds of finding.
    enum Kind {
        DEADLOCK("deadlock"), LIVE_LOCK("live lock"), LEFT_BEHIND("left behind"), REAL_BLOCKING(
                "real blocking");

        final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    final Kind kind;

    Finding(Kind kind, String details) {
        super(kind.words + ": " + details);
        this.kind = kind;
    }
}
