package dev.structured.core.interop;

import dev.structured.core.Instrument;

/// Keeps a failure beside another one.
final class Beside {
    private Beside() {}

    /// Suppresses the second failure in the first. If the first accepts none, as errors that the machine has
    /// thrown, the second is reported as dropped.
    static void add(Throwable kept, Throwable other) {
        if (kept == other) return;
        int before = kept.getSuppressed().length;
        kept.addSuppressed(other);
        if (kept.getSuppressed().length == before) Instrument.reportDropped(other);
    }
}
