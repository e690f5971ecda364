package dev.structured.service.yaml;

import java.lang.reflect.Constructor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Makes records from sections of the file, by the [Key]s of their components.
///
/// A value that cannot be read is reported, and its component gets a placeholder. So reading goes on, and
/// every mistake of a file is found at once. The [SourceMap] remembers those components.
final class Binder {
    private final SourceMap places;
    private final ValueReader values = new ValueReader(this);
    /// The defaults of records, by their kind.
    private final Map<Class<?>, Section> defaults = new HashMap<>();

    Binder(SourceMap places) {
        this.places = places;
    }

    /// Reads a record.
    ///
    /// @param name fills the component without a key, if there is one
    <R extends Record> R read(Class<R> type, String name, YamlValue value) {
        Shorthand shorthand = type.getAnnotation(Shorthand.class);
        List<KeyedComponent> components = KeyedComponent.keys(type);
        List<String> keys = components.stream().map(KeyedComponent::name).toList();
        return fill(type, name, shorthand != null && value.isScalar()
                ? Section.of(value, shorthand.value(), keys)
                : new Section(value, keys, KeyedComponent.elsewhere(components), defaults.get(type)));
    }

    /// Reads the defaults of all records of a kind that are read later.
    ///
    /// Each value is read once on its own, so that a mistake in it is reported once, and also if no record
    /// uses it.
    <R extends Record> Presets<R> presets(Class<R> type, YamlValue value) {
        List<KeyedComponent> may = KeyedComponent.keys(type).stream().filter(KeyedComponent::inDefaults)
                .toList();
        Section section = new Section(value, may.stream().map(KeyedComponent::name).toList());
        for (KeyedComponent component : may) {
            Key key = component.key();
            if (key == null || section.find(component.name()) == null) continue;
            if (values.read(component, key, section) == ValueReader.BROKEN) section.breaks(component.name());
        }
        defaults.put(type, section);
        return new Presets<>();
    }

    private <R extends Record> R fill(Class<R> type, String name, Section section) {
        List<KeyedComponent> components = KeyedComponent.components(type);
        @Nullable
        Object[] arguments = new @Nullable Object[components.size()];
        for (int i = 0; i < arguments.length; i++) arguments[i] = argument(components.get(i), name, section);
        R made = make(type, components, arguments);
        places.put(made, section);
        return made;
    }

    private @Nullable Object argument(KeyedComponent component, String name, Section section) {
        Key key = component.key();
        if (component.flat()) return fill(chosen(component.type(), section), "", section);
        if (key == null) return name;
        section.use(component.name());
        Object read = values.read(component, key, section);
        if (read != ValueReader.BROKEN) return read;
        section.breaks(component.name());
        return component.placeholder(key);
    }

    /// Returns the value of a flat component, read from this section.
    private static Class<? extends Record> chosen(Class<?> type, Section section) {
        if (!type.isSealed()) return type.asSubclass(Record.class);
        for (Class<?> choice : type.getPermittedSubclasses()) {
            ChosenBy by = choice.getAnnotation(ChosenBy.class);
            if (by == null || section.find(by.value()) != null) return choice.asSubclass(Record.class);
        }
        throw new IllegalStateException("Each record of " + type + " is chosen by a key; one must not be");
    }

    private static <R extends Record> R make(Class<R> type, List<KeyedComponent> components,
            @Nullable Object[] arguments) {
        List<Class<?>> types = components.stream().<Class<?>>map(KeyedComponent::type).toList();
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(types.toArray(Class<?>[]::new));
            return Objects.requireNonNull(constructor.newInstance(arguments));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The record " + type.getName() + " cannot be made", e);
        }
    }
}
