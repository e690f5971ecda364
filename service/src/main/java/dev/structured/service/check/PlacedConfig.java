package dev.structured.service.check;

import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.SourceMap;

/// A configuration, and where its routes and downstreams are written.
public record PlacedConfig(ServiceConfig config, SourceMap places) {}
