package dev.structured.service.record;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The parts that every request of a route has. One object for all requests of a route.
///
/// @param route the route's name, such as `GET /products/{id}`
/// @param parts the parts, each after the parts that it needs
public record RouteLayout(String route, List<Part> parts) {
    public RouteLayout { parts = List.copyOf(parts); }

    /// A part of a route.
    ///
    /// @param name the part's name
    /// @param downstream the downstream that it is asked of; null for a fixed value
    /// @param required whether there is no page without it
    /// @param needs the names of the parts that it waits for
    public record Part(String name, @Nullable String downstream, boolean required, List<String> needs) {
        public Part { needs = List.copyOf(needs); }
    }
}
