package dev.structured.service.commands;

import dev.structured.service.yaml.ChoiceType;

/// The methods that a client of a spec can use.
public enum SpecMethod {
    /// Reads a page.
    GET,
    /// Reads the headers of a page.
    HEAD,
    /// Sends a body to a route that performs an action.
    POST,
    /// Sends a body to a route that stores a resource under its path.
    PUT,
    /// Sends a body to a route that changes a resource.
    PATCH,
    /// Asks a route to remove a resource.
    DELETE,
    /// Asks for the methods of a path.
    OPTIONS;

    /// How methods are written.
    public static final ChoiceType<SpecMethod> TYPE = ChoiceType.of(SpecMethod.class, SpecMethod::name);
}
