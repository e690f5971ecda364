package dev.structured.service.config;

import dev.structured.service.yaml.AnyScalar;
import dev.structured.service.yaml.Key;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The pieces of an answer that a part uses.
///
/// @param target null for all of it
public record ShapeConfig(
        @Key(says = "The field of the answer that is used instead of all of it, such as data.items.") @Nullable FieldPath target,
        @Key(max = "200", each = "field", says = "The only fields that are used; of each element, for a list.") List<FieldPath> allow,
        @Key(max = "200", each = "field", says = "The fields that are left out.") List<FieldPath> deny,
        @Key(max = "200", each = "field", names = AnyScalar.class, says = "New names for fields.") Map<String, String> rename,
        @Key(preset = "false", says = "True to make one list of a list of lists.") boolean flatten) {

    /// The whole answer, unchanged.
    public static final ShapeConfig WHOLE = new ShapeConfig(null, List.of(), List.of(), Map.of(), false);

    public ShapeConfig {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
        rename = Collections.unmodifiableMap(new LinkedHashMap<>(rename));
    }
}
