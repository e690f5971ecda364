package dev.structured.service.yaml;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
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
    /// The keys by the names that other programs have for them.
    private final Map<String, String> elsewhere;
    /// The values of keys that the section does not have; null for none.
    private final @Nullable Section defaults;
    /// The keys of the records that were filled from here: less than all if a record of several was chosen.
    private final Set<String> used = new HashSet<>();
    private final Set<String> broken = new HashSet<>();

    /// @param known every key that the section may have, as messages list them
    /// @param elsewhere the keys by the names that other programs have for them, which messages suggest
    /// @param defaults the values of keys that the section does not have; null for none
    Section(YamlValue value, List<String> known, Map<String, String> elsewhere, @Nullable Section defaults) {
        Map<String, YamlValue.Entry> read = value.entries(knownKeys(known));
        this.value = value;
        this.entries = read == null ? Map.of() : read;
        this.readable = read != null;
        this.known = known;
        this.elsewhere = elsewhere;
        this.defaults = defaults;
        reportUnknown();
    }

    Section(YamlValue value, List<String> known) {
        this(value, known, Map.of(), null);
    }

    private Section(YamlValue value, Map<String, YamlValue.Entry> entries, List<String> known) {
        this.value = value;
        this.entries = entries;
        this.readable = true;
        this.known = known;
        this.elsewhere = Map.of();
        this.defaults = null;
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

    /// Returns the value of a key, its own or a default; null if there is none.
    @Nullable
    YamlValue find(String key) {
        YamlValue.Entry entry = entries.get(key);
        if (entry != null) return isTakenBack(key, entry) ? null : value(key, entry, "");
        YamlValue.Entry other = defaults == null ? null : defaults.entries.get(key);
        return other == null ? null : value(key, other, ", by default,");
    }

    private YamlValue value(String key, YamlValue.Entry entry, String from) {
        return new YamlValue("'" + key + "' of " + name() + from, entry.value(), value.problems());
    }

    /// A key may be taken back although no default gives it, because defaults may differ from stage to stage.
    private boolean isTakenBack(String key, YamlValue.Entry entry) {
        boolean mayBeDefault = defaults != null && defaults.known.contains(key);
        return entry.value() instanceof TakenBack || (mayBeDefault && TakenBack.isAsked(entry.value()));
    }

    /// Returns true if the section itself has a value for a key.
    boolean has(String key) {
        return entries.containsKey(key) && find(key) != null;
    }

    /// Returns true if the value of a key is a default.
    boolean isDefault(String key) {
        return !entries.containsKey(key) && find(key) != null;
    }

    /// Returns true if the value of a key is a default that could not be read, which has been reported.
    boolean isBrokenDefault(String key) {
        return defaults != null && isDefault(key) && defaults.isBroken(key);
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

    /// Returns the keys whose values stand elsewhere than the section, in the order of the known keys.
    List<SourceMap.Elsewhere> elsewhere() {
        List<SourceMap.Elsewhere> found = new ArrayList<>();
        for (String key : known) {
            YamlValue of = find(key);
            if (of == null) continue;
            boolean isDefault = isDefault(key);
            YamlValue.Entry own = entries.get(key);
            if (isDefault || (own != null && !isWithin(own.key())))
                found.add(new SourceMap.Elsewhere(key, of.place(), isDefault));
        }
        return found;
    }

    /// Returns true if a key stands between the beginning and the end of the section.
    private boolean isWithin(Node key) {
        int at = key.getStartMark().map(Mark::getIndex).orElse(0);
        return Problems.file(key).equals(Problems.file(value.node()))
                && at >= value.node().getStartMark().map(Mark::getIndex).orElse(0)
                && at <= value.node().getEndMark().map(Mark::getIndex).orElse(Integer.MAX_VALUE);
    }

    private void reportUnknown() {
        entries.forEach((key, entry) -> {
            if (known.contains(key)) return;
            value.problems().add(entry.key(),
                    "unknown key '" + key + "' in " + name() + hint(key) + knownKeys(known));
        });
    }

    private String hint(String key) {
        String meant = elsewhere.get(key);
        return meant == null ? Suggestion.hint(key, known) : "; did you mean '" + meant + "'?";
    }

    private static String knownKeys(List<String> known) {
        return " (known keys: " + String.join(", ", known) + ")";
    }
}
