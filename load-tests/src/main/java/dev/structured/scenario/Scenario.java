package dev.structured.scenario;

/// One question about one feature.
interface Scenario {
    /// Returns the requests a second that it sends unless told otherwise.
    int rate();

    /// Returns for how many seconds each of its variants is measured unless told otherwise.
    int seconds();

    /// Runs all variants. Blocks.
    Report run(Stage stage) throws Exception;
}
