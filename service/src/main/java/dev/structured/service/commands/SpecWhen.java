package dev.structured.service.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.HeaderName;
import dev.structured.service.config.Method;
import dev.structured.service.config.QueryName;
import dev.structured.service.yaml.Key;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The calls that an answer is for: those that have all of this.
///
/// @param path encoded, without the query; a segment in braces fits any
/// @param query values of the query; there may be others
/// @param headers values of headers that the part sends; there may be others
/// @param body what the body must contain
public record SpecWhen(
        @Key(says = "The method.") @Nullable Method method,
        @Key(says = "The path, encoded, without the query; a segment in braces fits any, as in /products/{id}.") @Nullable String path,
        @Key(max = "100", each = "name", names = QueryName.class, says = "Values of the query; there may be others.") Map<String, JsonNode> query,
        @Key(max = "100", each = "header", names = HeaderName.class, says = "Values of headers that the part sends; there may be others.") Map<String, JsonNode> headers,
        @Key(says = "What the body must contain.") @Nullable JsonNode body) {

    public SpecWhen {
        query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }
}
