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
final class Values {
    /// Stands for a value that cannot be read.
    static final Object BROKEN = new Object();

    private final Binder binder;
    /// A file may lack a key ten thousand times: each preset is read once.
    private final IdentityHashMap<Slot, Object> presets = new IdentityHashMap<>();

    Values(Binder binder) {
        this.binder = binder;
    }

    /// Returns a component's value: the one in the file, else its preset; [#BROKEN] when it breaks its rule.
    @Nullable
    Object read(Slot slot, Key key, Section section) {
        if (!key.fix().isEmpty() && section.need(slot.name(), key.fix()) == null) return BROKEN;
        Value value = section.find(slot.name());
        if (value == null) return absent(slot, key, section);
        if (slot.type() == List.class) return list(slot, key, value);
        if (slot.type() == Map.class) return map(slot, key, value, section);
        return one(slot, "", value);
    }

    private @Nullable Object absent(Slot slot, Key key, Section section) {
        if (!key.preset().isEmpty()) return presets.computeIfAbsent(slot, _ -> preset(slot, key));
        if (slot.nullable()) return null;
        if (slot.type() == List.class) return List.of();
        if (slot.type() == Map.class) return Map.of();
        if (slot.isSection())
            return binder.read(slot.element().asSubclass(Record.class), "", section.nothing());
        throw new IllegalStateException(slot + " needs a preset, a fix, or @Nullable");
    }

    /// Presets are written as in a file, and read by the same rules.
    private Object preset(Slot slot, Key key) {
        if (slot.type() != List.class) return one(slot, "", Value.preset(key.preset()));
        List<Object> read = new ArrayList<>();
        for (String element : List.of(key.preset().split(", "))) {
            read.add(one(slot, "", Value.preset(element)));
        }
        return read;
    }

    /// @param name of the entry of a mapping; empty for anything else
    private Object one(Slot slot, String name, Value value) {
        ValueType<?> type = slot.values();
        if (type == null) return binder.read(slot.element().asSubclass(Record.class), name, value);
        Object read = type.read(value);
        return read == null ? BROKEN : read;
    }

    private Object list(Slot slot, Key key, Value value) {
        if (!key.single() || !value.isScalar()) return list(slot, key, key.each(), value);
        Object one = one(slot, "", value);
        return one == BROKEN ? BROKEN : List.of(one);
    }

    /// @param kind what one of its elements is called in messages
    private Object list(Slot slot, Key key, String kind, Value value) {
        List<Object> read = new ArrayList<>();
        boolean sound = value.isList();
        for (Value element : value.list(kind, slot.fewest(key), slot.most(key))) {
            Object one = one(slot, "", known(slot, kind, element));
            if (one == BROKEN) {
                sound = false;
            } else if (!slot.isSection() && read.contains(one)) {
                element.report("is '" + element.text() + "' a second time; remove it");
            } else {
                read.add(one);
            }
        }
        return sound ? read : BROKEN;
    }

    private Object map(Slot slot, Key key, Value value, Section section) {
        ScalarType<?> names = Objects.requireNonNull(slot.names());
        String whose = section.isWhole() ? "" : " of " + section.name();
        Map<Object, Object> read = new LinkedHashMap<>();
        boolean[] sound = {value.isMapping()};
        value.named(key.each(), whose, slot.fewest(key), slot.most(key), names).forEach((name, each) -> {
            Object one = slot.lists() ? list(slot, key, "entry", each) : one(slot, name, each);
            if (one == BROKEN) {
                sound[0] = false;
            } else {
                read.put(name(names, name), one);
            }
        });
        boolean named = slot.lists() || slot.isSection();
        return sound[0] || (named && value.isMapping()) ? read : BROKEN;
    }

    /// Returns the form in which a name is kept; the name itself when it breaks its rule, which has been reported.
    private static Object name(ScalarType<?> names, String name) {
        try {
            return names.parse(name);
        } catch (Rejected e) {
            return name;
        }
    }

    /// Returns an element under the name that users know it by, where it has one that can be read.
    private static Value known(Slot slot, String kind, Value value) {
        KnownBy known = slot.element().getAnnotation(KnownBy.class);
        Value.Entry entry = known == null ? null : value.peek(known.value());
        if (entry == null || !(entry.value() instanceof ScalarNode scalar) || scalar.getValue().isBlank()
                || scalar instanceof FilledScalar)
            return value;
        return value.called(kind + " '" + scalar.getValue() + "'");
    }
}
