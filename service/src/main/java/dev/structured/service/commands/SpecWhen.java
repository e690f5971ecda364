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

/// The calls that an entry matches. A call must match all keys that are set.
///
/// @param method the method; null for any
/// @param path the encoded path, without the query; a segment in braces matches any segment. Null for any
///     path
/// @param query values of the query, which may have others
/// @param headers values of headers that the part sends, which may send others
/// @param body the fields that the body must contain; null for any body
public record SpecWhen(
        @Key(says = "The method.") @Nullable Method method,
        @Key(says = "The encoded path, without the query; a segment in braces matches any, as in "
                + "/products/{id}.") //
        @Nullable String path,
        @Key(max = "100", each = "name", names = QueryName.class, says = "Values of the query.") //
        Map<String, JsonNode> query,
        @Key(max = "100", each = "header", names = HeaderName.class, says = "Values of headers "
                + "that the part sends, among others.") //
        Map<String, JsonNode> headers,
        @Key(says = "The fields that the body must contain.") @Nullable JsonNode body) {

    public SpecWhen {
        query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }
}
