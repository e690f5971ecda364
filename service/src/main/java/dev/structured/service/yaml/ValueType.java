package dev.structured.service.yaml;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// How the values of one kind are written in a file: how they are read, how the schema describes them, what
/// stands in for a value that cannot be read, and how they are printed.
///
/// A class whose values are written in a form of their own has a constant `TYPE` of this type. The constant
/// is the only place that knows the form: reading, the schema and the list of changes all ask it.
/// [Key#type()] names the class where a component's Java type does not say it, such as a `String` that is the
/// name of a header.
///
/// @param <T> the Java type of the values
public interface ValueType<T> {
    /// The printed form of a value that may hold a secret.
    String HIDDEN = "***";

    /// Returns the value; null if it breaks the rule of the type, which is then reported.
    @Nullable
    T read(YamlValue value);

    /// Returns a new JSON Schema of the values.
    ObjectNode schema();

    /// Returns the value that stands in for one that cannot be read, chosen so that later checks stay silent;
    /// null if there is none, and the component must then be nullable.
    default @Nullable T placeholder() {
        return null;
    }

    /// Returns the value as a person may see it; [#HIDDEN] if values of this type may hold a secret.
    default String print(T value) {
        return HIDDEN;
    }

    /// Returns true if values of this type lie between bounds, which each key then has to name.
    default boolean isBounded() {
        return false;
    }

    /// Returns this type for the values between two bounds.
    ///
    /// @param min the smallest value, as it is written in a file
    /// @param max the largest value
    default ValueType<T> within(String min, String max) {
        return this;
    }

    /// Returns the part of the description that the schema cannot say otherwise, as a sentence after a space;
    /// often empty.
    default String remark() {
        return "";
    }
}
