package dev.structured.service.config;

import java.util.Locale;

/// An enum whose constants have labels in files, answers or metrics: their names in lower case.
public interface Labelled {
    /// Returns the constant's name.
    String name();

    /// Returns the constant's name in lower case, e.g. `invalid_json`.
    default String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
