package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.Presets;

/// Values for keys that routes and downstreams do not have themselves. They are in the routes and
/// downstreams.
///
/// @param routes for routes
/// @param downstreams for downstreams
public record DefaultsConfig(
        @Key(says = "For each route that does not have the key.") Presets<RouteConfig> routes,
        @Key(says = "For each downstream that does not have the key.") Presets<DownstreamConfig> downstreams) {}
