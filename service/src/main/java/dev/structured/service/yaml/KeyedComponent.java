package dev.structured.service.yaml;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// A component of a record that is filled from a file, with its key. Looked up once for each record type,
/// because reflection reads annotations anew at each call.
///
/// @param name its key in the file; the component's name if it has no key
/// @param key null for a component without a key of its own
/// @param needed true if the key is required
/// @param flat true for a record whose keys are beside this one
/// @param type its Java type
/// @param element the Java type of the elements of a list or mapping; otherwise its own type
/// @param lists true for a mapping to lists of elements
/// @param values the type of its value or of its elements; null for a section of the file
/// @param names the type of the names of a mapping; null for anything else
/// @param nullable true if it may be null
public record KeyedComponent(String name, @Nullable Key key, boolean needed, boolean flat, Class<?> type,
        Class<?> element, boolean lists, @Nullable ValueType<?> values, @Nullable ScalarType<?> names,
        boolean nullable) {
    private static final int MOST = 1_000;

    private static final ClassValue<List<KeyedComponent>> COMPONENTS = new ClassValue<>() {
        @Override
        protected List<KeyedComponent> computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents()).map(KeyedComponent::of).toList();
        }
    };

    private static final ClassValue<List<KeyedComponent>> KEYS = new ClassValue<>() {
        @Override
        protected List<KeyedComponent> computeValue(Class<?> type) {
            Map<String, KeyedComponent> keys = new LinkedHashMap<>();
            collect(type, true, keys);
            return List.copyOf(keys.values());
        }
    };

    /// Returns the components of a record, in its order.
    static List<KeyedComponent> components(Class<? extends Record> type) {
        return COMPONENTS.get(type);
    }

    /// Returns the keys that a record may have in a file, with those of its flat components, each once.
    public static List<KeyedComponent> keys(Class<? extends Record> type) {
        return KEYS.get(type);
    }

    /// Returns the names of keys by the names that other programs have for them.
    static Map<String, String> elsewhere(List<KeyedComponent> components) {
        Map<String, String> names = new HashMap<>();
        for (KeyedComponent component : components) {
            if (component.key == null || component.key.elsewhere().isEmpty()) continue;
            for (String other : component.key.elsewhere().split(" ", -1)) names.put(other, component.name);
        }
        return names;
    }

    /// Returns the keys that a record needs because a flat component is one of several records: a list for
    /// each of these, of which one must be there. Empty if there is no such component.
    public static List<List<String>> alternatives(Class<? extends Record> type) {
        return components(type).stream().filter(component -> component.flat && component.type.isSealed())
                .flatMap(component -> Arrays.stream(component.type.getPermittedSubclasses()))
                .map(choice -> keys(choice.asSubclass(Record.class)).stream().filter(KeyedComponent::needed)
                        .map(KeyedComponent::name).toList())
                .toList();
    }

    private static void collect(Class<?> type, boolean always, Map<String, KeyedComponent> keys) {
        if (type.isSealed()) {
            for (Class<?> choice : type.getPermittedSubclasses()) collect(choice, false, keys);
            return;
        }
        for (KeyedComponent component : COMPONENTS.get(type)) {
            if (component.flat) {
                collect(component.type, always, keys);
            } else if (component.key != null) {
                keys.putIfAbsent(component.name, always ? component : component.ifChosen());
            }
        }
    }

    /// Calls `action` with each key of a record and its value, also with those of its flat components.
    public static void forEach(Record record, BiConsumer<KeyedComponent, @Nullable Object> action) {
        RecordComponent[] found = record.getClass().getRecordComponents();
        List<KeyedComponent> known = components(record.getClass());
        for (int i = 0; i < found.length; i++) {
            Object value = value(record, found[i]);
            if (known.get(i).flat && value instanceof Record inner) {
                forEach(inner, action);
            } else if (known.get(i).key != null) {
                action.accept(known.get(i), value);
            }
        }
    }

    private static @Nullable Object value(Record record, RecordComponent component) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The record " + record.getClass() + " cannot be read", e);
        }
    }

    private static KeyedComponent of(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        boolean flat = component.isAnnotationPresent(Flat.class);
        Type inner = inner(component.getGenericType());
        boolean lists = inner instanceof ParameterizedType;
        Class<?> element = (Class<?>) (lists ? inner(inner) : inner);
        boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        if (key == null) {
            return new KeyedComponent(component.getName(), null, false, flat, component.getType(),
                    element, lists, null,
                    null, nullable);
        }
        String name = key.name().isEmpty() ? component.getName() : key.name();
        ScalarType<?> names = component.getType() == Map.class ? ValueTypes.names(key) : null;
        return new KeyedComponent(name, key, !key.fix().isEmpty(), false, component.getType(), element, lists,
                ValueTypes.of(element, key), names, nullable);
    }

    /// Returns the type of the elements of a list, of the values of a mapping; any other type itself.
    private static Type inner(Type type) {
        if (!(type instanceof ParameterizedType generic)) return type;
        Type[] arguments = generic.getActualTypeArguments();
        return arguments[arguments.length - 1];
    }

    /// Returns this key as an optional one, because its record is one of several.
    private KeyedComponent ifChosen() {
        return new KeyedComponent(name, key, false, flat, type, element, lists, values, names, nullable);
    }

    /// Returns true for a component whose value, or each of whose elements, is a section of the file.
    public boolean isSection() {
        return values == null;
    }

    /// Returns true for a key that defaults may have.
    public boolean inDefaults() {
        return key != null && key.inDefaults();
    }

    /// Returns the least number of entries of a list or a mapping.
    public int fewest(Key bounds) {
        return countsEntries() && !bounds.min().isEmpty() ? Integer.parseInt(bounds.min()) : 0;
    }

    /// Returns the greatest number of entries of a list or a mapping.
    public int most(Key bounds) {
        return countsEntries() && !bounds.max().isEmpty() ? Integer.parseInt(bounds.max()) : MOST;
    }

    /// The bounds of a key apply to the elements if their type has bounds, otherwise to their number.
    private boolean countsEntries() {
        return values == null || !values.isBounded();
    }

    /// Returns the placeholder for a value that could not be read, chosen so that later checks stay silent.
    @Nullable
    Object placeholder(Key of) {
        if (nullable) return null;
        if (type == List.class) return List.of();
        if (type == Map.class) return Map.of();
        // A part that may be required is taken as required, so that no message blames the parts that need it.
        if (type == boolean.class) return !of.preset().equals("true");
        Object placeholder = values == null ? null : values.placeholder();
        if (placeholder != null) return placeholder;
        throw new IllegalStateException("No placeholder for " + this);
    }
}
