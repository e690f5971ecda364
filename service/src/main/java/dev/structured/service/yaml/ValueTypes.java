package dev.structured.service.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the [ValueType] of a Java type: its constant `TYPE`, or a built-in one.
final class ValueTypes {
    private static final ScalarType<String> TEXT = ScalarType.text(ScalarType.NOT_BLANK, text -> text)
            .withPlaceholder("");

    private static final Map<Class<?>, ValueType<?>> BUILT_IN = Map.of(
            boolean.class, FlagType.TYPE,
            Boolean.class, FlagType.TYPE,
            int.class, WholeNumber.TYPE,
            Integer.class, WholeNumber.TYPE,
            Duration.class, UnitNumberType.DURATION,
            String.class, TEXT,
            JsonNode.class, JsonType.TYPE);

    private ValueTypes() {}

    /// Returns the type of a component's value, or of its elements; null for a section.
    static @Nullable ValueType<?> of(Class<?> element, Key key) {
        ValueType<?> type = find(key.type() == Key.class ? element : key.type());
        return type == null || !type.isBounded() ? type : type.within(key.min(), key.max());
    }

    /// Returns the type of a mapping's names.
    static ScalarType<?> names(Key key) {
        if (find(key.names()) instanceof ScalarType<?> names) return names;
        throw new IllegalStateException(key.names() + " is not a type of names");
    }

    private static @Nullable ValueType<?> find(Class<?> type) {
        ValueType<?> builtIn = BUILT_IN.get(type);
        if (builtIn != null) return builtIn;
        for (Field field : type.getDeclaredFields()) {
            if (field.getName().equals("TYPE")) return constant(field);
        }
        if (type.isEnum()) return choice(type);
        if (type.isRecord()) return null;
        throw new IllegalStateException(type + " has no constant TYPE, so values of it cannot be read");
    }

    private static ValueType<?> constant(Field field) {
        try {
            field.setAccessible(true);
            return (ValueType<?>) field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(field + " cannot be read", e);
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static ValueType<?> choice(Class<?> type) {
        return ChoiceType.of((Class) type);
    }
}
