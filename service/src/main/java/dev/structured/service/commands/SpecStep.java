package dev.structured.service.commands;

import dev.structured.service.yaml.Key;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One of several requests of a spec.
///
/// @param at the time at which the request is sent, counted from the start of the spec; null to send it when
///     all earlier ones have been answered
/// @param request the client's request
/// @param downstreams reactions of the downstreams from then on; they come before the earlier ones
/// @param expect the expected answer
public record SpecStep(
        @Key(min = "0ms", max = "600min", says = "The time at which it is sent, counted from the start of "
                + "the spec; by default, when all earlier requests have been answered.") //
        @Nullable Duration at,
        @Key(says = "The client's request.") @Nullable SpecRequest request,
        @Key(max = "1000", each = "downstream", says = "Reactions of the downstreams from then on; they come "
                + "before the earlier ones.") //
        Map<String, List<SpecAnswer>> downstreams,
        @Key(says = "The expected answer.") @Nullable SpecExpect expect) {

    public SpecStep { downstreams = Collections.unmodifiableMap(new LinkedHashMap<>(downstreams)); }
}
