package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.Shorthand;

/// How many more calls than asked for retries and hedges may make.
///
/// @param share of the calls that were asked for
/// @param burst how many may come at once, when few came before
@Shorthand("share")
public record ExtraConfig(
        @Key(preset = "10%", says = "The most extra calls, as a share of those that were asked for.") Percentage share,
        @Key(preset = "10", min = "1", max = "10000", says = "How many extra calls may come at once, "
                + "when few came before.") int burst) {

    /// What a downstream without `extra:` gets.
    public static final ExtraConfig DEFAULT = new ExtraConfig(new Percentage(10), 10);
}
