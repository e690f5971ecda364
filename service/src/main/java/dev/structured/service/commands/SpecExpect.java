package dev.structured.service.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.HeaderName;
import dev.structured.service.yaml.Key;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a client must get. Only what is said is looked at.
///
/// @param body the whole body, but for the order of fields
/// @param contains fields of the body; there may be others. Lists must be as long as said
/// @param headers values of headers; null for one that must not be there
/// @param missing all parts that are missing or stood in for, with the reason
/// @param took how long it took, exactly
/// @param calls how many calls of a downstream began until the answer was there
public record SpecExpect(
        @Key(min = "100", max = "599", says = "The status.") @Nullable Integer status,
        @Key(says = "The whole body; the order of fields does not count.") @Nullable JsonNode body,
        @Key(says = "Fields of the body; there may be others.") @Nullable JsonNode contains,
        @Key(max = "100", each = "header", names = HeaderName.class, says = "Values of headers; null for one that must not be there.") Map<String, JsonNode> headers,
        @Key(says = "What the request came to.") @Nullable Came outcome,
        @Key(max = "100", each = "part", says = "All parts that are missing or stood in for, each with its reason.") @Nullable Map<String, String> missing,
        @Key(min = "0ms", max = "600min", says = "How long it took, exactly.") @Nullable Duration took,
        @Key(min = "0ms", max = "600min", says = "How long it took at most.") @Nullable Duration tookAtMost,
        @Key(min = "0", max = "1000000", each = "downstream", says = "How many calls of a downstream began while the request ran.") Map<String, Integer> calls) {

    /// What a request came to.
    public enum Came {
        /// Every part is there.
        COMPLETE,
        /// Optional parts are missing, or something stands in for them.
        PARTIAL,
        /// There is no page.
        FAILED,
        /// Nobody was asked for a page: no such path, or the request breaks a rule.
        REFUSED
    }

    public SpecExpect {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        missing = missing == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(missing));
        calls = Collections.unmodifiableMap(new LinkedHashMap<>(calls));
    }
}
