package dev.structured.service.commands;

import dev.structured.service.yaml.ChoiceType;

/// The methods that a client of a spec can use.
public enum SpecMethod {
    /// Reads a page.
    GET,
    /// Reads the headers of a page.
    HEAD,
    /// Sends a body to a route that does something.
    POST,
    /// Sends a body to a route that puts something in a place.
    PUT,
    /// Sends a body to a route that changes something.
    PATCH,
    /// Asks a route to remove something.
    DELETE,
    /// Asks for the methods of a path.
    OPTIONS;

    /// How methods are written.
    public static final ChoiceType<SpecMethod> TYPE = ChoiceType.of(SpecMethod.class, SpecMethod::name);
}
