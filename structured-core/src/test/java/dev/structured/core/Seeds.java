package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.Simulation;

/// The seeds of a simulation of the kernel: a thousand, and that they make a difference.
final class Seeds {
    private static final int SEEDS = 1_000;

    private Seeds() {}

    static void check(Action<Simulation, ?> body) {
        assertTrue(Simulation.check(SEEDS, body).schedules() > SEEDS / 20, "hardly any different orders");
    }
}
