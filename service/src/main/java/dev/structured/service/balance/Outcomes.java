package dev.structured.service.balance;

/// The ends of the last calls to an endpoint: a bit for each, set if it failed. Guarded by its [Endpoint].
final class Outcomes {
    private static final int KEPT = 64;

    private long failed;
    private int known;

    void add(boolean failure) {
        failed = failed << 1 | (failure ? 1 : 0);
        known = Math.min(KEPT, known + 1);
    }

    int calls() {
        return known;
    }

    int failures() {
        return Long.bitCount(failed);
    }

    void clear() {
        failed = 0;
        known = 0;
    }
}
