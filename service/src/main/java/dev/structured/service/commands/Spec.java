package dev.structured.service.commands;

import dev.structured.service.yaml.Key;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A test of a configuration: what a client sends, what downstreams do, what the client gets. Either one request, or
/// several as steps.
///
/// @param name what it shows
/// @param downstreams what each downstream does, by its name: the first entry that fits a call and is not used up
public record Spec(
        @Key(fix = "add 'name: what it shows'", says = "What it shows.") String name,
        @Key(says = "What the client sends.") @Nullable SpecRequest request,
        @Key(max = "1000", each = "downstream", says = "What each downstream does, by its name: the first entry that fits a call and is not used up.") Map<String, List<SpecAnswer>> downstreams,
        @Key(says = "What the client must get.") @Nullable SpecExpect expect,
        @Key(max = "1000", each = "step", says = "Several requests, instead of one.") List<SpecStep> steps) {

    public Spec {
        downstreams = Collections.unmodifiableMap(new LinkedHashMap<>(downstreams));
        steps = List.copyOf(steps);
    }

    /// Returns the steps; one request is one step.
    List<SpecStep> all() {
        if (request == null || expect == null) return steps;
        return List.of(new SpecStep(null, request, Map.of(), expect));
    }
}
