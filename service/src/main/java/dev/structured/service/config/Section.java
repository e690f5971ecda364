package dev.structured.service.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A mapping with a fixed set of keys: the file itself, a downstream, a route, a part.
final class Section {
    private final Value value;
    private final Map<String, Value.Entry> entries;
    private final boolean readable;

    /// @param keys every key that the section may have, as messages list them
    Section(Value value, String... keys) {
        Map<String, Value.Entry> read = value.entries();
        this.value = value;
        this.entries = read == null ? Map.of() : read;
        this.readable = read != null;
        reportUnknown(List.of(keys));
    }

    /// Returns the section as a whole.
    Value value() {
        return value;
    }

    /// Returns the name under which messages speak of the section.
    String name() {
        return value.name();
    }

    /// Returns what stands behind a key; null when the key is not there.
    @Nullable
    Value find(String key) {
        Value.Entry entry = entries.get(key);
        return entry == null
                ? null
                : new Value("'" + key + "' of " + name(), entry.value(), value.problems());
    }

    /// Returns what stands behind a key; null when the key is not there, which is then reported.
    ///
    /// @param fix what to add, as an order
    @Nullable
    Value need(String key, String fix) {
        Value found = find(key);
        if (found == null && readable) value.report("has no '" + key + "'; " + fix);
        return found;
    }

    /// Returns the value of a key, or `fallback` when the key is not there, or its value breaks the rule
    /// (then reported).
    <T> T read(String key, Rule<T> rule, T fallback) {
        Value found = find(key);
        T read = found == null ? null : found.read(rule);
        return read == null ? fallback : read;
    }

    private void reportUnknown(List<String> known) {
        entries.forEach((key, entry) -> {
            if (known.contains(key)) return;
            value.problems().add(entry.key(),
                    "unknown key '" + key + "' in " + name() + NearMiss.hint(key, known)
                            + " (known keys: " + String.join(", ", known) + ")");
        });
    }
}
