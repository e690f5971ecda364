package dev.structured.core.interop;

import dev.structured.core.Instrument;

/// Keeps a failure beside another one.
final class Beside {
    /// A program may throw the same exception again and again, and it would collect suppressed ones without
    /// end.
    private static final int MOST = 64;

    private Beside() {}

    /// Suppresses the second failure in the first, once. If the first accepts none, as errors that the
    /// machine has thrown, or has many, the second is reported as dropped.
    static void add(Throwable kept, Throwable other) {
        if (kept == other) return;
        Throwable[] before = kept.getSuppressed();
        for (Throwable each : before) if (each == other) return;
        if (before.length < MOST) kept.addSuppressed(other);
        if (kept.getSuppressed().length == before.length) Instrument.reportDropped(other);
    }
}
