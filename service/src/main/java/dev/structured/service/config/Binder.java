package dev.structured.service.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Fills records from sections of the file, as the [Key]s of their components say.
///
/// What cannot be read is reported, and its component gets a stand-in: so reading goes on, and every mistake of a file is
/// found at once. [Places] knows which components those are.
final class Binder {
    private final Places places;
    private final Values values = new Values(this);

    Binder(Places places) {
        this.places = places;
    }

    /// Reads a record.
    ///
    /// @param name fills the component without a key, if there is one
    <R extends Record> R read(Class<R> type, String name, Value value) {
        Shorthand shorthand = type.getAnnotation(Shorthand.class);
        Section section = shorthand != null && value.isScalar()
                ? Section.of(value, shorthand.value())
                : new Section(value, keys(type));
        RecordComponent[] components = type.getRecordComponents();
        @Nullable
        Object[] arguments = new @Nullable Object[components.length];
        boolean[] broken = new boolean[components.length];
        for (int i = 0; i < components.length; i++) {
            Key key = components[i].getAnnotation(Key.class);
            if (key == null) {
                arguments[i] = name;
            } else {
                Object read = values.read(components[i], key, section);
                broken[i] = read == Values.BROKEN;
                arguments[i] = broken[i] ? StandIns.of(components[i], key) : read;
            }
        }
        R made = make(type, components, arguments);
        places.put(made, section);
        for (int i = 0; i < components.length; i++) {
            if (broken[i]) places.broken(made, name(components[i]));
        }
        return made;
    }

    /// Returns the keys of a record, in its order.
    static String[] keys(Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents())
                .filter(component -> component.isAnnotationPresent(Key.class))
                .map(Binder::name)
                .toArray(String[]::new);
    }

    /// Returns the name that a component has in the file.
    static String name(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        return key == null || key.name().isEmpty() ? component.getName() : key.name();
    }

    private static <R extends Record> R make(Class<R> type, RecordComponent[] components,
            @Nullable Object[] arguments) {
        List<Class<?>> types = Arrays.stream(components).<Class<?>>map(RecordComponent::getType).toList();
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(types.toArray(Class<?>[]::new));
            return Objects.requireNonNull(constructor.newInstance(arguments));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The record " + type.getName() + " cannot be made", e);
        }
    }
}
