package dev.structured.service;

import java.util.Objects;

/// Which version of the service this is.
final class Version {
    /// As in the jar's manifest; `dev` when the classes are not in a jar.
    static final String TEXT = Objects
            .requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "dev");

    private Version() {}
}
