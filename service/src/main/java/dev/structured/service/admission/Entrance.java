package dev.structured.service.admission;

import java.util.Map;

/// The admission of pages, with the bottlenecks of one configuration.
///
/// @param service the service's own processors
/// @param downstreams the downstreams, by name
public record Entrance(Admission admission, Bottleneck service, Map<String, Bottleneck> downstreams) {
    public Entrance { downstreams = Map.copyOf(downstreams); }
}
