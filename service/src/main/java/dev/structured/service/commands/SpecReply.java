package dev.structured.service.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.HeaderName;
import dev.structured.service.yaml.Key;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The answer of a downstream.
///
/// @param status the status
/// @param headers the headers
/// @param body the JSON body; null for none
/// @param after the time until the answer
public record SpecReply(
        @Key(preset = "200", min = "200", max = "599", says = "The status.") int status,
        @Key(max = "100", each = "header", names = HeaderName.class, says = "The headers; a list for several of one name.") //
        Map<String, JsonNode> headers,
        @Key(says = "The JSON body.") @Nullable JsonNode body,
        @Key(preset = "0ms", min = "0ms", max = "600min", says = "The time until the answer.") //
        Duration after) {

    public SpecReply { headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers)); }
}
