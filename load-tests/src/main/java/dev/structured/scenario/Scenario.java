package dev.structured.scenario;

/// One question about one feature, answered with the feature and without it.
interface Scenario {
    /// Returns the name of the file of routes that the stage's service has, without its ending.
    default String routes() {
        return "routes";
    }

    /// Returns the default rate, in requests a second.
    int rate();

    /// Returns the default number of seconds that each variant is measured for.
    int seconds();

    /// Runs all variants. Blocks.
    Report run(Stage stage) throws Exception;
}
