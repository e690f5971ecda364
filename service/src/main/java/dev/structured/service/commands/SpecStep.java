package dev.structured.service.commands;

import dev.structured.service.yaml.Key;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One request of several.
///
/// @param at when it is sent, counted from the spec's beginning; null for: when all before it are answered
/// @param downstreams what downstreams do from then on; looked at before what they did until then
public record SpecStep(
        @Key(min = "0ms", max = "600min", says = "When it is sent, counted from the beginning; when those before it are answered, unless said.") @Nullable Duration at,
        @Key(says = "What the client sends.") @Nullable SpecRequest request,
        @Key(max = "1000", each = "downstream", says = "What downstreams do from then on; looked at before what they did until then.") Map<String, List<SpecAnswer>> downstreams,
        @Key(says = "What the client must get.") @Nullable SpecExpect expect) {

    public SpecStep { downstreams = Collections.unmodifiableMap(new LinkedHashMap<>(downstreams)); }
}
