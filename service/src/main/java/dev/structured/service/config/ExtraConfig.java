package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.Shorthand;

/// The budget of extra calls that retries and hedges may make.
///
/// @param share the greatest number of extra calls, as a share of first attempts
/// @param burst the greatest number at once after a quiet time
@Shorthand("share")
public record ExtraConfig(
        @Key(preset = "10%", says = "The greatest number of extra calls, as a share of first attempts.") Percentage share,
        @Key(preset = "10", min = "1", max = "10000", says = "The greatest number of extra calls at once after a quiet time.") int burst) {}
