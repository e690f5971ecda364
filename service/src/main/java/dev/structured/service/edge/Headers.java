package dev.structured.service.edge;

import dev.structured.service.aggregate.HeaderField;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The header fields of a request. Names are compared without regard to case.
public interface Headers {
    /// Returns the values of the fields called `name`, in the order in which they were sent; empty without
    /// any.
    List<String> values(String name);

    /// Returns all fields, in the order in which they were sent.
    default List<HeaderField> all() {
        throw new UnsupportedOperationException("These are not listed");
    }

    /// Returns the value of the first field called `name`, or null without one.
    default @Nullable String first(String name) {
        List<String> values = values(name);
        return values.isEmpty() ? null : values.getFirst();
    }

    /// Returns true if there is a field called `name`.
    default boolean contains(String name) {
        return !values(name).isEmpty();
    }

    /// Returns headers with one field for each entry.
    static Headers of(Map<String, String> fields) {
        Map<String, String> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        sorted.putAll(fields);
        List<HeaderField> all = fields.entrySet().stream()
                .map(field -> new HeaderField(field.getKey(), field.getValue())).toList();
        return new Headers() {
            @Override
            public List<String> values(String name) {
                String value = sorted.get(name);
                return value == null ? List.of() : List.of(value);
            }

            @Override
            public List<HeaderField> all() {
                return all;
            }
        };
    }
}
