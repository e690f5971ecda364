package dev.structured.service.yaml;

import java.lang.reflect.Constructor;
import java.util.ArrayList;
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
        List<Slot> slots = Slot.of(type);
        @Nullable
        Object[] arguments = new @Nullable Object[slots.size()];
        List<String> broken = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            Slot slot = slots.get(i);
            Key key = slot.key();
            if (key == null) {
                arguments[i] = name;
            } else {
                Object read = values.read(slot, key, section);
                if (read == Values.BROKEN) broken.add(slot.name());
                arguments[i] = read == Values.BROKEN ? slot.placeholder(key) : read;
            }
        }
        R made = make(type, slots, arguments);
        places.put(made, section);
        broken.forEach(key -> places.broken(made, key));
        return made;
    }

    /// Returns the keys of a record, in its order.
    static String[] keys(Class<? extends Record> type) {
        return Slot.of(type)
                .stream()
                .filter(slot -> slot.key() != null)
                .map(Slot::name)
                .toArray(String[]::new);
    }

    private static <R extends Record> R make(Class<R> type, List<Slot> slots,
            @Nullable Object[] arguments) {
        List<Class<?>> types = slots.stream().<Class<?>>map(Slot::type).toList();
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(types.toArray(Class<?>[]::new));
            return Objects.requireNonNull(constructor.newInstance(arguments));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The record " + type.getName() + " cannot be made", e);
        }
    }
}
