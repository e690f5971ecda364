package dev.structured.service.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A whole configuration file.
///
/// @param server limits of the public edge
/// @param downstreams by name, in the file's order
/// @param routes in the file's order; the first one that matches a request answers it
public record ServiceConfig(ServerConfig server, Map<String, DownstreamConfig> downstreams,
        List<RouteConfig> routes) {

    public ServiceConfig {
        downstreams = Collections.unmodifiableMap(new LinkedHashMap<>(downstreams));
        routes = List.copyOf(routes);
    }
}
