package dev.structured.service.config;

import dev.structured.service.yaml.AnyScalar;
import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.Shorthand;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rule for each element of a list that the client sends.
///
/// @param type the type of the elements
/// @param min the smallest number, or the shortest text or list; null for none
/// @param max the largest number, or the longest text or list; null for none
/// @param oneOf the texts or numbers that are allowed; empty for any
@Shorthand("type")
public record ItemConfig(
        @Key(preset = "string", says = "The type of each element.") ParamConfig.Type type,
        @Key(min = "-1000000000", max = "1000000000", says = "The smallest number, or the shortest text "
                + "or list.") @Nullable Integer min,
        @Key(min = "-1000000000", max = "1000000000", says = "The largest number, or the longest text "
                + "or list.") @Nullable Integer max,
        @Key(min = "1", max = "100", each = "value", type = AnyScalar.class, says = "The only values that are allowed.") List<String> oneOf) {

    public ItemConfig { oneOf = List.copyOf(oneOf); }

    /// Returns the same as the rule of a single value.
    public ParamConfig rule() {
        return new ParamConfig(type, min, max, oneOf, null, false, null);
    }
}
