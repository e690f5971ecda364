package dev.structured.testing;

/// What a simulation runs, once a seed.
@FunctionalInterface
public interface SimulationBody {
    /// Runs on the first thread of the simulation. Must make everything that it changes anew: it runs many times.
    void run(Simulation simulation) throws Exception;
}
