package dev.structured.service.config;

import java.util.List;
import java.util.Map;

/// A whole configuration file.
///
/// @param server limits of the public edge
/// @param downstreams by name, in the file's order
/// @param routes in the file's order
public record ServiceConfig(ServerConfig server, Map<String, DownstreamConfig> downstreams,
        List<RouteConfig> routes) {}
