package dev.structured.testing;

/// The settings of all simulations of a JVM, as system properties:
///
/// | property | means | unless set |
/// |---|---|---|
/// | `simulation.factor` | runs this many times the seeds that the test asks for | 1 |
/// | `simulation.first` | the first seed | 0 |
/// | `simulation.decisions` | more decisions than this in one seed are a live lock | 100,000 |
/// | `simulation.guard` | milliseconds for which a thread may block in foreign code | 10,000 |
record Settings(long factor, long first, long decisions, long guard) {
    static Settings current() {
        return new Settings(Long.getLong("simulation.factor", 1), Long.getLong("simulation.first", 0),
                Long.getLong("simulation.decisions", 100_000), Long.getLong("simulation.guard", 10_000));
    }
}
