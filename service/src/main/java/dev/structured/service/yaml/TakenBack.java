package dev.structured.service.yaml;

import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// The word `null` at a key that a merge or a default would give: the key is as if it were not there.
final class TakenBack extends ScalarNode {
    private static final String WORD = "null";

    TakenBack(ScalarNode written) {
        super(Tag.NULL, true, WORD, written.getScalarStyle(), written.getStartMark(), written.getEndMark());
    }

    /// Returns true if a value is the word `null`; a key without a value is a mistake and no wish.
    static boolean isAsked(Node value) {
        return value instanceof ScalarNode scalar && scalar.isPlain() && scalar.getValue().equals(WORD)
                && !(scalar instanceof FilledScalar);
    }
}
