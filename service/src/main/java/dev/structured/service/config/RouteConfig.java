package dev.structured.service.config;

import java.time.Duration;
import java.util.List;

/// One route: a page made of parts.
///
/// @param path the path with its parameters, e.g. `/products/{id}`; the method is GET
/// @param deadline the longest time from the request's arrival to the page
/// @param parts in the file's order, which is the order of the page's fields
public record RouteConfig(String path, Duration deadline, List<PartConfig> parts) {}
