package dev.structured.service.config;

import dev.structured.service.yaml.Key;

/// What the admin listener shows of requests.
///
/// @param record whether requests are recorded
/// @param showValues whether paths and queries are shown as clients sent them
public record AdminConfig(
        @Key(preset = "true", says = "Whether it is recorded what becomes of each request, for /requests and the page /ui/.") boolean record,
        @Key(preset = "false", says = "Whether these show paths and queries as clients sent them; otherwise only the route's template.") boolean showValues) {}
