package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;

/// How long Lincheck looks at one structure, and how its twin with a planted race has to be reported.
public final class Lincheck {
    private Lincheck() {}

    public static ModelCheckingOptions options() {
        return new ModelCheckingOptions().threads(2).actorsPerThread(3).actorsBefore(1).actorsAfter(1)
                .iterations(10).invocationsPerIteration(1_000).minimizeFailedScenario(false);
    }

    public static void mustBeReported(Class<?> twin, ModelCheckingOptions options) {
        AssertionError report = assertThrows(LincheckAssertionError.class, () -> options.check(twin));
        assertTrue(report.getMessage().contains("Invalid execution results"), report.getMessage());
    }
}
