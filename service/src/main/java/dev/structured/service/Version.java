package dev.structured.service;

import java.util.Objects;

/// The version of the service.
final class Version {
    /// The version in the jar's manifest; `dev` if the classes are not in a jar.
    static final String TEXT = Objects
            .requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "dev");

    private Version() {}
}
