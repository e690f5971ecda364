package dev.structured.service.yaml;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// A type of values in a file: it reads them, describes them for the schema, prints them, and has a
/// placeholder for values that cannot be read.
///
/// A class whose values have a form of their own has a constant `TYPE` of this type, which reading, the
/// schema and the list of changes all use. [Key#type()] names the class if a component's Java type does not
/// tell it, such as a `String` that is the name of a header.
///
/// @param <T> the Java type of the values
public interface ValueType<T> {
    /// The printed form of a value that may hold a secret.
    String HIDDEN = "***";

    /// Returns the value; null if it breaks the rules of the type, which is then reported.
    @Nullable
    T read(YamlValue value);

    /// Returns a new JSON Schema of the values.
    ObjectNode schema();

    /// Returns the placeholder for a value that cannot be read, chosen so that later checks stay silent; null
    /// if there is none, and the component must then be nullable.
    default @Nullable T placeholder() {
        return null;
    }

    /// Returns the value as people may see it; [#HIDDEN] if values of this type may hold a secret.
    default String print(T value) {
        return HIDDEN;
    }

    /// Returns true if values of this type have bounds, which each key must then declare.
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

    /// Returns the part of the description that the schema cannot express, as a sentence after a space; often
    /// empty.
    default String remark() {
        return "";
    }
}
