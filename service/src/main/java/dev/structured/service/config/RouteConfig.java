package dev.structured.service.config;

import java.time.Duration;
import java.util.List;

/// One route: a page made of parts.
///
/// A required part needs only required ones, and no part needs itself, not even through others: the reader
/// sees to it.
///
/// @param path the path with its parameters, e.g. `/products/{id}`; the method is GET
/// @param deadline the longest time from the request's arrival to the page
/// @param parts in the file's order, which is the order of the page's fields
public record RouteConfig(String path, Duration deadline, List<PartConfig> parts) {

    /// The field of a page that says which parts are missing. No part may have this name.
    public static final String MISSING = "missing";

    public RouteConfig { parts = List.copyOf(parts); }

    /// Returns the part of this name.
    ///
    /// @throws IllegalArgumentException if there is none
    public PartConfig part(String name) {
        for (PartConfig part : parts) {
            if (part.name().equals(name)) return part;
        }
        throw new IllegalArgumentException("Route '" + path + "' has no part '" + name + "'");
    }
}
