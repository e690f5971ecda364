package dev.structured.service.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.HeaderName;
import dev.structured.service.config.Labelled;
import dev.structured.service.yaml.Key;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The expected answer of a request. Only the keys that are set are compared.
///
/// @param status the status
/// @param body the whole body; the order of fields does not matter
/// @param contains fields of the body, which may have others. Lists must have the same length
/// @param headers the values of headers; null for a header that must be absent
/// @param outcome the outcome of the request
/// @param missing all parts that are missing or replaced, with the reason
/// @param took the exact duration of the request
/// @param tookAtMost the longest duration of the request
/// @param calls the number of calls to each downstream that began while the request ran
public record SpecExpect(
        @Key(min = "100", max = "599", says = "The status.") @Nullable Integer status,
        @Key(says = "The whole body; the order of fields does not matter.") @Nullable JsonNode body,
        @Key(says = "Fields of the body, which may have others.") @Nullable JsonNode contains,
        @Key(max = "100", each = "header", names = HeaderName.class, says = "Values of headers; null for "
                + "a header that must be absent, a list for several cookies.") //
        Map<String, JsonNode> headers,
        @Key(says = "The outcome of the request.") @Nullable Came outcome,
        @Key(max = "100", each = "part", says = "All parts that are missing or replaced, with the reason.") //
        @Nullable Map<String, String> missing,
        @Key(min = "0ms", max = "600min", says = "The exact duration of the request.") //
        @Nullable Duration took,
        @Key(min = "0ms", max = "600min", says = "The longest duration of the request.") //
        @Nullable Duration tookAtMost,
        @Key(min = "0", max = "1000000", each = "downstream", says = "The number of calls to each downstream "
                + "that began while the request ran.") //
        Map<String, Integer> calls) {

    /// The outcome of a request.
    public enum Came implements Labelled {
        /// The page has every part.
        COMPLETE,
        /// Optional parts are missing or replaced.
        PARTIAL,
        /// There is no page.
        FAILED,
        /// No part was asked for: there is no such path, or the request breaks a rule.
        REFUSED
    }

    public SpecExpect {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        missing = missing == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(missing));
        calls = Collections.unmodifiableMap(new LinkedHashMap<>(calls));
    }
}
