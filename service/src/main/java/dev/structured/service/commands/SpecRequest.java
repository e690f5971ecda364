package dev.structured.service.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.HeaderName;
import dev.structured.service.config.QueryName;
import dev.structured.service.yaml.Key;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The request of a client.
///
/// @param method the method
/// @param path the encoded path, without the query
/// @param query the query's values, or lists of values, by name
/// @param headers the headers
/// @param body the JSON body; null for none
/// @param deadline the client's timeout, as if it were in a header that the configuration trusts; null for
///     none
public record SpecRequest(
        @Key(preset = "GET", says = "The method.") SpecMethod method,
        @Key(fix = "add e.g. 'path: /products/42'", says = "The encoded path, without the query.") //
        String path,
        @Key(max = "100", each = "name", names = QueryName.class, says = "The query: values, or lists.") //
        Map<String, JsonNode> query,
        @Key(max = "100", each = "header", names = HeaderName.class, says = "The headers.") //
        Map<String, JsonNode> headers,
        @Key(says = "The JSON body.") @Nullable JsonNode body,
        @Key(min = "0ms", max = "10min", says = "The client's timeout, as if it were in a header that the "
                + "configuration trusts.") //
        @Nullable Duration deadline) {

    public SpecRequest {
        query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
