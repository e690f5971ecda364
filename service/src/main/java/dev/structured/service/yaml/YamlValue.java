package dev.structured.service.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// A value of the file, with its name in messages and its place.
///
/// @param name e.g. `'budget' of part 'reviews'`
public record YamlValue(String name, Node node, Problems problems) {

    /// Returns the value; null if it breaks the rule, which is then reported.
    <T> @Nullable T read(ScalarRule<T> rule) {
        if (isEmpty()) return null;
        if (!(node instanceof ScalarNode scalar)) {
            report("must be a single value, not a " + kind());
            return null;
        }
        try {
            return rule.read(scalar);
        } catch (InvalidValueException e) {
            report(e.offset(), e.complaint());
            return null;
        }
    }

    /// Returns a value that is in no file: a preset.
    static YamlValue preset(String text) {
        LoadSettings settings = LoadSettings.builder().build();
        Node node = new Compose(settings).composeString(text).orElseThrow();
        return new YamlValue("a preset", node, new Problems());
    }

    /// Returns true for a single value, not a list or a mapping.
    public boolean isScalar() {
        return node instanceof ScalarNode && !node.getTag().equals(Tag.NULL);
    }

    /// Returns true for a list.
    public boolean isList() {
        return node instanceof SequenceNode;
    }

    /// Returns true for a mapping.
    public boolean isMapping() {
        return node instanceof MappingNode;
    }

    /// Returns the text of a single value; an empty text for any other.
    public String text() {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    /// Returns the same place under another name.
    public YamlValue called(String other) {
        return new YamlValue(other, node, problems);
    }

    /// Returns the first single value in here, at any depth, whose text passes, under the name of this value;
    /// this value itself if there is none.
    public YamlValue locate(Predicate<String> text) {
        Node found = find(node, text);
        return found == null ? this : new YamlValue(name, found, problems);
    }

    /// Returns the place of a key of a mapping, under the name of the mapping; the mapping itself if it has
    /// no such key.
    public YamlValue locateKey(Predicate<String> text) {
        if (!(node instanceof MappingNode mapping)) return this;
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key && text.test(key.getValue()))
                return new YamlValue(name, key, problems);
        }
        return this;
    }

    private static @Nullable Node find(Node node, Predicate<String> text) {
        List<Node> children = switch (node) {
            case SequenceNode sequence -> sequence.getValue();
            case MappingNode mapping -> mapping.getValue().stream().map(NodeTuple::getValueNode).toList();
            default -> List.of();
        };
        if (node instanceof ScalarNode scalar) return text.test(scalar.getValue()) ? node : null;
        for (Node child : children) {
            Node found = find(child, text);
            if (found != null) return found;
        }
        return null;
    }

    /// Returns the values of a list; none if it is not a list, which is then reported.
    ///
    /// @param kind the word for an element, such as `route`
    /// @param most the greatest number of elements
    public List<YamlValue> list(String kind, int least, int most) {
        if (isEmpty()) return List.of();
        if (!(node instanceof SequenceNode sequence)) {
            report("must be a list, not a " + kind()
                    + (isMapping() ? "; begin each entry with '- '" : "; write [ ] around it"));
            return List.of();
        }
        checkCount(sequence.getValue().size(), kind, least, most);
        List<YamlValue> values = new ArrayList<>();
        for (Node element : sequence.getValue()) {
            values.add(new YamlValue(kind + " " + (values.size() + 1) + " of " + name, element, problems));
        }
        return values;
    }

    /// Returns the entries of a mapping by key; null if it is not a mapping, which is then reported.
    /// Duplicate keys are reported too.
    @Nullable
    Map<String, Entry> entries() {
        return entries("");
    }

    /// @param keys says which keys the mapping may have; empty if the user chooses them
    @Nullable
    Map<String, Entry> entries(String keys) {
        if (isEmpty()) return null;
        if (!(node instanceof MappingNode mapping)) {
            report("must be a mapping ('key: value' lines), not a " + kind() + keys);
            return null;
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(tuple.getKeyNode(), "a key of " + name + " is no text; write 'key: value'");
                continue;
            }
            Entry first = entries.putIfAbsent(key.getValue(), new Entry(key, tuple.getValueNode()));
            if (first != null) reportDuplicate(key, first);
        }
        return entries;
    }

    /// Returns the values of a mapping whose keys are names that the user chooses; none if it is not a
    /// mapping, which is then reported.
    ///
    /// @param kind the word for an entry, such as `part`
    /// @param least the least number of entries
    /// @param most the greatest number of entries
    /// @param names the type of the names
    public Map<String, YamlValue> named(String kind, String whose, int least, int most, ScalarType<?> names) {
        Map<String, Entry> entries = entries();
        if (entries == null) return Map.of();
        checkCount(entries.size(), kind, least, most);
        Map<String, YamlValue> values = new LinkedHashMap<>();
        entries.forEach((key, entry) -> {
            if (entry.value instanceof TakenBack) return;
            String full = kind + " '" + key + "'" + whose;
            try {
                names.parse(key);
            } catch (InvalidValueException e) {
                problems.add(entry.key, full + " " + e.complaint());
            }
            values.put(key, new YamlValue(full, entry.value, problems));
        });
        return values;
    }

    private void checkCount(int count, String kind, int least, int most) {
        if (count == 0 && least > 0) report("is empty; it needs at least one " + kind);
        else if (count < least) report("has only " + count + "; it needs at least " + least);
        if (count > most) report("has " + count + " entries; at most " + most + " are allowed");
    }

    /// Returns the key of an entry of a mapping; null if it is no text.
    static @Nullable String key(NodeTuple entry) {
        return entry.getKeyNode() instanceof ScalarNode key ? key.getValue() : null;
    }

    /// Returns an entry of a mapping; null if there is none. Reports nothing.
    @Nullable
    Entry peek(String key) {
        if (!(node instanceof MappingNode mapping)) return null;
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode scalar && scalar.getValue().equals(key)) {
                return new Entry(scalar, tuple.getValueNode());
            }
        }
        return null;
    }

    /// A key and its value.
    record Entry(ScalarNode key, Node value) {}

    /// Returns true if some of the text comes from a secret file, and must never be shown.
    public boolean isSecret() {
        return node instanceof FilledScalar filled && filled.isSecret();
    }

    /// Reports that no secret is allowed here.
    void refuseSecret(String why) {
        problems.add(node, name + " must not come from a file, which is for secrets: " + why);
    }

    /// Returns the place of the value's beginning for a message about another value: `line 3`, or
    /// `common.yaml:3` if it is in another file.
    public String place(YamlValue from) {
        return Problems.place(node, from.node);
    }

    /// Returns the place of the value's beginning: `common.yaml:3`.
    String place() {
        return Problems.file(node) + ":" + Problems.line(node);
    }

    /// Reports a mistake in the value as a whole.
    public void report(String complaint) {
        report(0, complaint);
    }

    /// Reports a mistake at a place in the value's text.
    public void report(int offset, String complaint) {
        problems.add(node, inLine(offset), name + " " + (isSecret()
                ? "comes from a file and breaks its rule; what the file says is never shown"
                : complaint));
    }

    /// Warns of a value that is allowed. The file can be used.
    public void warn(String remark) {
        problems.warn(node, name + " " + remark);
    }

    private void reportDuplicate(ScalarNode key, Entry first) {
        problems.add(key, "duplicate key '" + key.getValue() + "' in " + name + "; it is already at "
                + Problems.place(first.key, key));
    }

    /// Returns true for a key without a value, which is then reported once.
    private boolean isEmpty() {
        if (node instanceof FilledScalar filled && filled.isLost()) return true;
        if (!node.getTag().equals(Tag.NULL)) return false;
        report("has no value; write one, or remove the line");
        return true;
    }

    /// Returns the distance of a place in the text from the node's beginning; 0 if the text is escaped or has
    /// several lines.
    private int inLine(int offset) {
        if (!(node instanceof ScalarNode scalar) || node instanceof FilledScalar) return 0;
        int quote = scalar.getScalarStyle() == ScalarStyle.PLAIN ? 0 : 1;
        int shown = scalar.getValue().length() + 2 * quote;
        boolean asWritten = node.getStartMark().isPresent() && node.getEndMark().isPresent()
                && node.getEndMark().get().getIndex() - node.getStartMark().get().getIndex() == shown;
        return asWritten && offset > 0 ? offset + quote : 0;
    }

    private String kind() {
        return switch (node) {
            case MappingNode mapping -> "mapping";
            case SequenceNode sequence -> "list";
            default -> "single value";
        };
    }
}
