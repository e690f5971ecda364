package dev.structured.core.sync;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Action;
import dev.structured.core.CancelScope;
import dev.structured.testing.Simulation;

/// The seeds of a simulation of this package: a thousand, and that they make a difference.
final class Seeds {
    private static final int SEEDS = 1_000;

    private Seeds() {}

    static void check(Action<Simulation, ?> body) {
        assertTrue(Simulation.check(SEEDS, body).schedules() > SEEDS / 20, "hardly any different orders");
    }

    /// Returns a scope that is cancelled at a moment that the seed chooses.
    static CancelScope cancelledAnywhere(Simulation simulation) {
        CancelScope scope = new CancelScope();
        simulation.cancelAnywhere(scope);
        return scope;
    }
}
