package dev.structured.service.yaml;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A component of a record that is filled from the file, as reflection sees it. Looked up once for each record type,
/// because reflection reads annotations anew each time that it is asked.
///
/// @param name its key in the file; the component's name where it has none
/// @param key null for a component that the reader fills itself
/// @param type its Java type
/// @param element the Java type of its elements if it is a list or a mapping, else its own
/// @param lists true for a mapping to lists of elements
/// @param values how its values, or those of its elements, are written; null for a section of the file
/// @param names how the names of a mapping are written; null for anything else
/// @param nullable whether it may be null
public record Slot(String name, @Nullable Key key, Class<?> type, Class<?> element, boolean lists,
        @Nullable ValueType<?> values, @Nullable ScalarType<?> names, boolean nullable) {
    private static final ClassValue<List<Slot>> OF_RECORDS = new ClassValue<>() {
        @Override
        protected List<Slot> computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents()).map(Slot::of).toList();
        }
    };

    /// Returns the components of a record, in its order.
    public static List<Slot> of(Class<? extends Record> type) {
        return OF_RECORDS.get(type);
    }

    private static Slot of(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        Type inner = inner(component.getGenericType());
        boolean lists = inner instanceof ParameterizedType;
        Class<?> element = (Class<?>) (lists ? inner(inner) : inner);
        boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        if (key == null) {
            return new Slot(component.getName(), null, component.getType(), element, lists, null, null,
                    nullable);
        }
        String name = key.name().isEmpty() ? component.getName() : key.name();
        ScalarType<?> names = component.getType() == Map.class ? ValueTypes.names(key) : null;
        return new Slot(name, key, component.getType(), element, lists, ValueTypes.of(element, key), names,
                nullable);
    }

    /// Returns the type of the elements of a list, of the values of a mapping; any other type itself.
    private static Type inner(Type type) {
        if (!(type instanceof ParameterizedType generic)) return type;
        Type[] arguments = generic.getActualTypeArguments();
        return arguments[arguments.length - 1];
    }

    /// Returns true for a component whose value, or each of whose elements, is a section of the file.
    public boolean isSection() {
        return values == null;
    }

    /// Returns how many entries there are at least, for a list or a mapping.
    public int fewest(Key bounds) {
        return countsEntries() && !bounds.min().isEmpty() ? Integer.parseInt(bounds.min()) : 0;
    }

    /// Returns how many entries there are at most, for a list or a mapping.
    public int most(Key bounds) {
        return countsEntries() && !bounds.max().isEmpty() ? Integer.parseInt(bounds.max()) : 1_000;
    }

    /// The bounds of a key are those of the elements where these have bounds, else those of their number.
    private boolean countsEntries() {
        return values == null || !values.isBounded();
    }

    /// Returns the value that stands in for one that cannot be read, chosen so that later checks stay silent.
    @Nullable
    Object placeholder(Key of) {
        if (nullable) return null;
        if (type == List.class) return List.of();
        if (type == Map.class) return Map.of();
        // A part that may be required is taken for one, so that the parts that need it are not blamed.
        if (type == boolean.class) return !of.preset().equals("true");
        Object placeholder = values == null ? null : values.placeholder();
        if (placeholder != null) return placeholder;
        throw new IllegalStateException("No placeholder for " + this);
    }
}
