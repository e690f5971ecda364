package dev.structured.service.yaml;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// A mapping with a fixed set of keys: the file itself, a downstream, a route, a part.
final class Section {
    /// The name of the file itself.
    static final String WHOLE = "the configuration";

    private final YamlValue value;
    private final Map<String, YamlValue.Entry> entries;
    private final boolean readable;
    private final List<String> known;
    /// The keys of the records that were filled from here: less than all if a record of several was chosen.
    private final Set<String> used = new HashSet<>();
    private final Set<String> broken = new HashSet<>();

    /// @param known every key that the section may have, as messages list them
    Section(YamlValue value, List<String> known) {
        Map<String, YamlValue.Entry> read = value.entries();
        this.value = value;
        this.entries = read == null ? Map.of() : read;
        this.readable = read != null;
        this.known = known;
        reportUnknown();
    }

    private Section(YamlValue value, Map<String, YamlValue.Entry> entries, List<String> known) {
        this.value = value;
        this.entries = entries;
        this.readable = true;
        this.known = known;
    }

    /// Returns the section for a value in shorthand: it has the value under `key`, and no other key.
    static Section of(YamlValue single, String key, List<String> known) {
        YamlValue.Entry entry = new YamlValue.Entry(new ScalarNode(Tag.STR, key, ScalarStyle.PLAIN),
                single.node());
        return new Section(single, Map.of(key, entry), known);
    }

    /// Records that a component has this key.
    void use(String key) {
        used.add(key);
    }

    /// Records that the value of a key could not be read.
    void breaks(String key) {
        broken.add(key);
    }

    /// Returns true if the value of a key could not be read.
    boolean isBroken(String key) {
        return broken.contains(key);
    }

    /// Returns the keys in the file that filled no component, in the file's order.
    List<String> unused() {
        return entries.keySet().stream().filter(known::contains).filter(key -> !used.contains(key)).toList();
    }

    /// Checks that the section may have a key.
    ///
    /// @throws IllegalArgumentException if no record has it, because a check that asks for it would check
    ///     nothing
    void requireKnown(String key) {
        if (known.contains(key)) return;
        throw new IllegalArgumentException(name() + " cannot have a key '" + key + "', only " + known);
    }

    /// Returns an empty section at the place of this one.
    YamlValue nothing() {
        return new YamlValue(name(), new MappingNode(Tag.MAP, List.of(), FlowStyle.FLOW), value.problems());
    }

    /// Returns true for the file itself.
    boolean isWhole() {
        return name().equals(WHOLE);
    }

    /// Returns false if the value is not a mapping, which has been reported.
    boolean isReadable() {
        return readable;
    }

    /// Returns the section as a whole.
    YamlValue value() {
        return value;
    }

    /// Returns the name of the section in messages.
    String name() {
        return value.name();
    }

    /// Returns the value of a key; null if the key is missing.
    @Nullable
    YamlValue find(String key) {
        YamlValue.Entry entry = entries.get(key);
        return entry == null
                ? null
                : new YamlValue("'" + key + "' of " + name(), entry.value(), value.problems());
    }

    /// Returns the value of a key; null if the key is missing, which is then reported.
    ///
    /// @param fix the fix, as an order
    @Nullable
    YamlValue need(String key, String fix) {
        YamlValue found = find(key);
        if (found == null && readable) value.report("has no '" + key + "'; " + fix);
        return found;
    }

    private void reportUnknown() {
        entries.forEach((key, entry) -> {
            if (known.contains(key)) return;
            value.problems().add(entry.key(),
                    "unknown key '" + key + "' in " + name() + Suggestion.hint(key, known)
                            + " (known keys: " + String.join(", ", known) + ")");
        });
    }
}
