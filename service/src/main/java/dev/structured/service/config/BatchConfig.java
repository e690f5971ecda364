package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import java.util.Collection;
import java.util.Optional;

/// A route that makes many pages of another route in one request.
///
/// @param route the path of the other route, which answers GET
/// @param items the list in the body: one value for each page of a route with one parameter, otherwise an
///     object of parameters
/// @param atMost the greatest number of items in a request
/// @param atOnce the number of pages that are made at the same time
public record BatchConfig(
        @Key(fix = "add 'route: PATH', the route whose pages are made", says = "The path of the route "
                + "whose pages are made.") String route,
        @Key(fix = "add e.g. 'items: ${body.ids}'", says = "The list in the body: one value, or one "
                + "object of parameters, for each page.") Variable items,
        @Key(preset = "100", min = "1", max = "1000", says = "The greatest number of items in a request.") int atMost,
        @Key(preset = "8", min = "1", max = "100", says = "The number of pages that are made at the same time.") int atOnce) {

    /// Returns the route whose pages are made, which answers GET.
    ///
    /// @param routes the routes of the same file
    public Optional<RouteConfig> pagesOf(Collection<RouteConfig> routes) {
        return routes.stream()
                .filter(other -> other.method() == Method.GET && other.path().equals(route))
                .findFirst();
    }
}
