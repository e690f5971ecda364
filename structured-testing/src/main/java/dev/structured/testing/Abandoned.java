package dev.structured.testing;

/// Unwinds the threads of a simulation that has failed and is over.
final class Abandoned extends Error {
    private static final long serialVersionUID = 1L;

    Abandoned() {
        super("the simulation is over", null, false, false);
    }
}
