import org.jspecify.annotations.NullMarked;

/// The test kit of `dev.structured.core`: virtual time, simulations of races, and tests that are runs.
@NullMarked module dev.structured.testing {
    requires transitive dev.structured.core;
    requires static transitive org.jspecify;
    requires transitive org.junit.jupiter.api;

    exports dev.structured.testing;

    opens dev.structured.testing to org.junit.platform.commons;
}
