package dev.structured.core;

/// A place between two steps of the kernel where other threads may get in, named for the trace of a
/// simulation.
///
/// On real threads anything may happen between two steps. A simulation runs one thread at a time, and can
/// switch threads only where it is told that a step has ended: that is the only purpose of race points. Place
/// one where no lock of the kernel is held, after a step that other threads can see.
///
/// They are off, and cost one load and a branch, until a scheduler is made on a platform other than the
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
