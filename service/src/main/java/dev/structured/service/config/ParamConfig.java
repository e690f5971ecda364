package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.yaml.AnyScalar;
import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.Shorthand;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A value that the client sends: a parameter of the path or of the query, or a field of the body.
///
/// @param type what it must be
/// @param min the smallest number, or the shortest text or list; null for none
/// @param max the largest number, or the longest text or list; null for none
/// @param oneOf the texts or numbers that are allowed; empty for any
/// @param required whether it must be there; a parameter of a path always is
/// @param preset what it has when it is not there; null for none: it is then missing
@Shorthand("type")
public record ParamConfig(
        @Key(preset = "string", says = "What it must be.") Type type,
        @Key(min = "-1000000000", max = "1000000000", says = "The smallest number, or the shortest text or list.") @Nullable Integer min,
        @Key(min = "-1000000000", max = "1000000000", says = "The largest number, or the longest text or list.") @Nullable Integer max,
        @Key(max = "100", each = "value", type = AnyScalar.class, says = "The only values that are allowed.") List<String> oneOf,
        @Key(preset = "false", says = "Whether it must be there; a parameter of the path always must.") boolean required,
        @Key(name = "default", says = "What it has when it is not there.") @Nullable JsonNode preset) {

    /// What a value must be.
    public enum Type implements Labelled {
        /// Any text.
        STRING,
        /// A whole number.
        INTEGER,
        /// Any number.
        NUMBER,
        /// `true` or `false`.
        BOOLEAN,
        /// A list; only in bodies.
        ARRAY,
        /// An object; only in bodies.
        OBJECT;

        /// Returns true for JSON of this type.
        public boolean fits(JsonNode value) {
            return switch (this) {
                case STRING -> value.isTextual();
                case INTEGER -> value.isIntegralNumber();
                case NUMBER -> value.isNumber();
                case BOOLEAN -> value.isBoolean();
                case ARRAY -> value.isArray();
                case OBJECT -> value.isObject();
            };
        }
    }

    /// Any text, as a parameter of a path is that the file says nothing about.
    public static final ParamConfig TEXT = new ParamConfig(Type.STRING, null, null, List.of(), false, null);

    public ParamConfig { oneOf = List.copyOf(oneOf); }
}
