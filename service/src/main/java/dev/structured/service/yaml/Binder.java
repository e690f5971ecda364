package dev.structured.service.yaml;

import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Fills records from sections of the file, as the [Key]s of their components say.
///
/// A value that cannot be read is reported, and its component gets a placeholder: so reading goes on, and every mistake
/// of a file is found at once. [Places] knows which components those are.
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
        List<String> keys = Slot.keys(type).stream().map(Slot::name).toList();
        return fill(type, name, shorthand != null && value.isScalar()
                ? Section.of(value, shorthand.value(), keys)
                : new Section(value, keys));
    }

    private <R extends Record> R fill(Class<R> type, String name, Section section) {
        List<Slot> slots = Slot.components(type);
        @Nullable
        Object[] arguments = new @Nullable Object[slots.size()];
        for (int i = 0; i < arguments.length; i++) arguments[i] = argument(slots.get(i), name, section);
        R made = make(type, slots, arguments);
        places.put(made, section);
        return made;
    }

    private @Nullable Object argument(Slot slot, String name, Section section) {
        Key key = slot.key();
        if (slot.flat()) return fill(chosen(slot.type(), section), "", section);
        if (key == null) return name;
        section.use(slot.name());
        Object read = values.read(slot, key, section);
        if (read != Values.BROKEN) return read;
        section.breaks(slot.name());
        return slot.placeholder(key);
    }

    /// Returns the record that a flat component has in this section.
    private static Class<? extends Record> chosen(Class<?> type, Section section) {
        if (!type.isSealed()) return type.asSubclass(Record.class);
        for (Class<?> choice : type.getPermittedSubclasses()) {
            ChosenBy by = choice.getAnnotation(ChosenBy.class);
            if (by == null || section.find(by.value()) != null) return choice.asSubclass(Record.class);
        }
        throw new IllegalStateException("Each record of " + type + " is chosen by a key; one must not be");
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
