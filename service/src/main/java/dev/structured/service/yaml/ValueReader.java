package dev.structured.service.yaml;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// Reads the values of components.
final class ValueReader {
    /// Marks a value that cannot be read.
    static final Object BROKEN = new Object();

    private final Binder binder;
    /// The presets, each read once: a file may lack a key ten thousand times.
    private final IdentityHashMap<KeyedComponent, Object> presets = new IdentityHashMap<>();

    ValueReader(Binder binder) {
        this.binder = binder;
    }

    /// Returns a component's value: that in the file, otherwise its preset; [#BROKEN] if it breaks its rule.
    @Nullable
    Object read(KeyedComponent component, Key key, Section section) {
        if (!key.fix().isEmpty() && section.need(component.name(), key.fix()) == null) return BROKEN;
        if (section.isBrokenDefault(component.name())) return BROKEN;
        YamlValue value = section.find(component.name());
        if (component.type() == Presets.class)
            return binder.presets(component.element().asSubclass(Record.class),
                    value == null ? section.nothing() : value);
        if (value == null) return absent(component, key, section);
        if (component.type() == List.class) return list(component, key, value);
        if (component.type() == Map.class) return map(component, key, value, section);
        return one(component, "", value);
    }

    private @Nullable Object absent(KeyedComponent component, Key key, Section section) {
        if (!key.preset().isEmpty()) return presets.computeIfAbsent(component, _ -> preset(component, key));
        if (component.nullable()) return null;
        if (component.type() == List.class) return List.of();
        if (component.type() == Map.class) return Map.of();
        if (component.isSection())
            return binder.read(component.element().asSubclass(Record.class), "", section.nothing());
        throw new IllegalStateException(component + " needs a preset, a fix, or @Nullable");
    }

    /// Reads a preset, which is written as in a file, by the same rules.
    private Object preset(KeyedComponent component, Key key) {
        if (component.type() != List.class) return one(component, "", YamlValue.preset(key.preset()));
        List<Object> read = new ArrayList<>();
        for (String element : List.of(key.preset().split(", "))) {
            read.add(one(component, "", YamlValue.preset(element)));
        }
        return read;
    }

    /// @param name the name of a mapping's entry; empty for anything else
    private Object one(KeyedComponent component, String name, YamlValue value) {
        ValueType<?> type = component.values();
        if (type == null) return binder.read(component.element().asSubclass(Record.class), name, value);
        Object read = type.read(value);
        return read == null ? BROKEN : read;
    }

    private Object list(KeyedComponent component, Key key, YamlValue value) {
        if (!key.single() || !value.isScalar()) return list(component, key, key.each(), value);
        Object one = one(component, "", value);
        return one == BROKEN ? BROKEN : List.of(one);
    }

    /// @param kind the word for an element in messages
    private Object list(KeyedComponent component, Key key, String kind, YamlValue value) {
        List<Object> read = new ArrayList<>();
        boolean sound = value.isList();
        for (YamlValue element : value.list(kind, component.fewest(key), component.most(key))) {
            Object one = one(component, "", known(component, kind, element));
            if (one == BROKEN) {
                sound = false;
            } else if (!component.isSection() && read.contains(one)) {
                element.report("is '" + element.text() + "' a second time; remove it");
            } else {
                read.add(one);
            }
        }
        return sound ? read : BROKEN;
    }

    private Object map(KeyedComponent component, Key key, YamlValue value, Section section) {
        ScalarType<?> names = Objects.requireNonNull(component.names());
        String whose = section.isWhole() ? "" : " of " + section.name();
        Map<Object, Object> read = new LinkedHashMap<>();
        boolean[] sound = {value.isMapping()};
        value.named(key.each(), whose, component.fewest(key), component.most(key), names).forEach((name,
                each) -> {
            Object one = component.lists() ? list(component, key, "entry", each) : one(component, name, each);
            if (one == BROKEN) {
                sound[0] = false;
            } else {
                read.put(name(names, name), one);
            }
        });
        boolean named = component.lists() || component.isSection();
        return sound[0] || (named && value.isMapping()) ? read : BROKEN;
    }

    /// Returns the form in which a name is kept. A name that breaks its rule has been reported; it is
    /// replaced by the placeholder of its type, if there is one.
    private static Object name(ScalarType<?> names, String name) {
        try {
            return names.parse(name);
        } catch (InvalidValueException e) {
            Object placeholder = names.placeholder();
            return placeholder == null ? name : placeholder;
        }
    }

    /// Returns an element under the name that users know, if that can be read.
    private static YamlValue known(KeyedComponent component, String kind, YamlValue value) {
        KnownBy known = component.element().getAnnotation(KnownBy.class);
        YamlValue.Entry entry = known == null ? null : value.peek(known.value());
        if (entry == null || !(entry.value() instanceof ScalarNode scalar) || scalar.getValue().isBlank()
                || scalar instanceof FilledScalar)
            return value;
        return value.called(kind + " '" + scalar.getValue() + "'");
    }
}
