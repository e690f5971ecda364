package dev.structured.service.commands;

import dev.structured.service.yaml.Key;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A test of a configuration: the client's request, the downstreams' reactions, the expected answer. A spec
/// has either one request or several steps.
///
/// @param name a sentence about the spec
/// @param request the client's request; null for a spec with steps
/// @param downstreams the reactions of each downstream, by name: the first entry that matches a call and is
///     not used up
/// @param expect the expected answer; null for a spec with steps
/// @param steps several requests, instead of one
public record Spec(
        @Key(fix = "add 'name: what it shows'", says = "What the spec shows.") String name,
        @Key(says = "The client's request.") @Nullable SpecRequest request,
        @Key(max = "1000", each = "downstream", says = "The reactions of each downstream, by its name: "
                + "the first entry that matches a call and is not used up.") //
        Map<String, List<SpecAnswer>> downstreams,
        @Key(says = "The expected answer.") @Nullable SpecExpect expect,
        @Key(max = "1000", each = "step", says = "Several requests, instead of one.") List<SpecStep> steps) {

    public Spec {
        downstreams = Collections.unmodifiableMap(new LinkedHashMap<>(downstreams));
        steps = List.copyOf(steps);
    }

    /// Returns the steps of the spec. A spec with one request has one step.
    List<SpecStep> all() {
        if (request == null || expect == null) return steps;
        return List.of(new SpecStep(null, request, Map.of(), expect));
    }
}
