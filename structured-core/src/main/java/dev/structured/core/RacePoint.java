package dev.structured.core;

/// A place between two steps of the kernel where other threads may get in, named for the trace of a
/// simulation.
///
/// On real threads anything may happen between any two steps. A simulation runs one thread at a time, and
/// would never see what happens between two steps unless it is told where one ends: that is all these are
/// for. Rule for placing one: no lock of the kernel is held, and the step before it is visible to others.
///
/// Off, and then no more than one load and a branch, until a scheduler is made on a platform that is not the
/// system's.
final class RacePoint {
    /// Written before the scheduler that needs it is published.
    private static boolean on;

    private RacePoint() {}

    static void turnOn() {
        on = true;
    }

    /// Lets the platform switch to another thread here.
    static void at(Platform platform, String where) {
        // Invariant 10: callers hold no lock.
        if (on) platform.racePoint(where);
    }
}
