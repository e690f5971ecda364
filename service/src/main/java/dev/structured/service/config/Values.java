package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// Reads the values of components by their Java types.
final class Values {
    /// What [#read] returns for a value that cannot be read.
    static final Object BROKEN = new Object();

    private static final int MOST = 1_000;

    private final Binder binder;
    /// A file may lack a key ten thousand times: each preset is read once.
    private final IdentityHashMap<Slot, Object> presets = new IdentityHashMap<>();

    Values(Binder binder) {
        this.binder = binder;
    }

    /// Returns a component's value: what stands in the file, else its preset; [#BROKEN] when it breaks its rule.
    @Nullable
    Object read(Slot slot, Key key, Section section) {
        if (!key.fix().isEmpty() && section.need(slot.name(), key.fix()) == null) return BROKEN;
        Value value = section.find(slot.name());
        if (value != null) return read(slot.generic(), key, value, section);
        return absent(slot, key, section);
    }

    private @Nullable Object absent(Slot slot, Key key, Section section) {
        Class<?> type = slot.type();
        if (!key.preset().isEmpty()) {
            return presets.computeIfAbsent(slot, _ -> preset(slot.generic(), key));
        }
        if (slot.nullable()) return null;
        if (type == List.class) return List.of();
        if (type == Map.class) return Map.of();
        if (type.isRecord()) return binder.read(type.asSubclass(Record.class), "", section.nothing());
        throw new IllegalStateException(slot + " needs a preset, a fix, or @Nullable");
    }

    /// Presets are written as in a file, and read by the same rules.
    private static Object preset(Type type, Key key) {
        if (!(type instanceof ParameterizedType list))
            return scalar(raw(type), key, Value.preset(key.preset()));
        List<Object> read = new ArrayList<>();
        for (String element : List.of(key.preset().split(", "))) {
            read.add(scalar(raw(list.getActualTypeArguments()[0]), key, Value.preset(element)));
        }
        return read;
    }

    private @Nullable Object read(Type type, Key key, Value value, Section section) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return generic.getRawType() == List.class
                    ? list(raw(arguments[0]), key, value)
                    : map(raw(arguments[0]), arguments[1], key, value, section);
        }
        return one(raw(type), key, "", value);
    }

    private @Nullable Object one(Class<?> type, Key key, String name, Value value) {
        if (type == QueryRules.class) return orBroken(QueryReader.read(value));
        if (type == JsonNode.class) return orBroken(JsonValue.of(value));
        if (type == JsonTemplate.class) return orBroken(JsonValue.template(value));
        return Rules.isText(type) || !type.isRecord()
                ? scalar(type, key, value)
                : binder.read(type.asSubclass(Record.class), name, value);
    }

    private static Object scalar(Class<?> type, Key key, Value value) {
        // The word null is a value where a constant is called so, and none elsewhere.
        if (type.isEnum() && value.text().equals("null")) {
            for (Object constant : type.getEnumConstants()) {
                if (((Enum<?>) constant).name().equals("NULL")) return constant;
            }
        }
        if (type == PathTemplate.class && value.isSecret()) {
            value.refuseSecret("paths are shown in metrics and tasks; send it in a header or in the query");
            return BROKEN;
        }
        return orBroken(value.read(Rules.of(type, key)));
    }

    private Object list(Class<?> type, Key key, Value value) {
        return key.single() && value.isScalar()
                ? alone(type, key, value)
                : list(type, key, key.each(), value);
    }

    /// @param kind what one of its elements is called in messages
    private Object list(Class<?> type, Key key, String kind, Value value) {
        boolean numbers = type == Integer.class;
        int least = numbers ? 0 : bound(key.min(), 0);
        List<Object> read = new ArrayList<>();
        boolean sound = value.isList();
        for (Value element : value.list(kind, least, numbers ? MOST : bound(key.max(), MOST))) {
            Object one = one(type, key, "", kind.equals("route") ? byPath(element) : element);
            if (one == BROKEN || one == null) {
                sound = false;
            } else if ((Rules.isText(type) || !(one instanceof Record)) && read.contains(one)) {
                element.report("is '" + element.text() + "' a second time; remove it");
            } else {
                read.add(one);
            }
        }
        return sound ? read : BROKEN;
    }

    private Object alone(Class<?> type, Key key, Value value) {
        Object one = one(type, key, "", value);
        return one == BROKEN || one == null ? BROKEN : List.of(one);
    }

    private Object map(Class<?> keyType, Type valueType, Key key, Value value, Section section) {
        Class<?> type = raw(valueType);
        boolean named = valueType instanceof ParameterizedType || (type.isRecord() && !Rules.isText(type));
        String whose = section.isWhole() ? "" : " of " + section.name();
        boolean numbers = keyType == Integer.class;
        int least = numbers ? 0 : bound(key.min(), 0);
        int most = numbers ? MOST : bound(key.max(), MOST);
        Map<Object, Object> read = new LinkedHashMap<>();
        boolean[] sound = {value.isMapping()};
        value.named(key.each(), whose, least, most, Rules.names(key.each()))
                .forEach((name, each) -> {
                    Object one = valueType instanceof ParameterizedType lists
                            ? list(raw(lists.getActualTypeArguments()[0]), key, "entry", each)
                            : one(type, key, name, each);
                    if (one == BROKEN || one == null) {
                        sound[0] = false;
                    } else {
                        read.put(keyType == Integer.class
                                ? Rules.status(name)
                                : Rules.canonical(key.each(), name), one);
                    }
                });
        return sound[0] || (named && value.isMapping()) ? read : BROKEN;
    }

    /// Returns a route under the name that users know it by: its path, where that can be read.
    private static Value byPath(Value value) {
        Value.Entry path = value.peek("path");
        if (path == null || !(path.value() instanceof ScalarNode scalar) || scalar.getValue().isBlank()
                || scalar instanceof FilledScalar)
            return value;
        return new Value("route '" + scalar.getValue() + "'", value.node(), value.problems());
    }

    private static int bound(String text, int fallback) {
        return text.isEmpty() ? fallback : Integer.parseInt(text);
    }

    private static Object orBroken(@Nullable Object read) {
        return read == null ? BROKEN : read;
    }

    private static Class<?> raw(Type type) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType generic -> (Class<?>) generic.getRawType();
            default -> throw new IllegalStateException("No rule for " + type);
        };
    }
}
