package dev.structured.service.yaml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Replaces the merge key `<<` of mappings by the keys of the mappings that it names.
///
/// A key of the mapping itself counts more than a merged one, and `null` takes a merged one back. Of several
/// merged mappings the earlier one counts more.
final class Merges {
    private static final String MERGE = "<<";

    private final Problems problems;
    private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private Merges(Problems problems) {
        this.problems = problems;
    }

    /// Merges in a tree that has no circles.
    static void in(Node root, Problems problems) {
        new Merges(problems).visit(root);
    }

    private void visit(Node node) {
        if (node instanceof ScalarNode || !seen.add(node)) return;
        if (node instanceof SequenceNode sequence) sequence.getValue().forEach(this::visit);
        if (!(node instanceof MappingNode mapping)) return;
        for (NodeTuple tuple : mapping.getValue()) {
            visit(tuple.getKeyNode());
            visit(tuple.getValueNode());
        }
        List<NodeTuple> merging = mapping.getValue().stream().filter(Merges::isMerge).toList();
        if (!merging.isEmpty()) mapping.setValue(merged(mapping, merging));
    }

    private static boolean isMerge(NodeTuple tuple) {
        return tuple.getKeyNode() instanceof ScalarNode key && key.isPlain() && key.getValue().equals(MERGE);
    }

    private List<NodeTuple> merged(MappingNode mapping, List<NodeTuple> merging) {
        for (NodeTuple again : merging.subList(1, merging.size())) {
            problems.add(again.getKeyNode(),
                    "'<<' is there a second time; write one list, such as <<: [*a, *b]");
        }
        Map<String, NodeTuple> given = given(merging.getFirst());
        List<NodeTuple> own = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (isMerge(tuple)) continue;
            String key = YamlValue.key(tuple);
            NodeTuple replaced = key == null ? null : given.remove(key);
            own.add(replaced != null && TakenBack.isAsked(tuple.getValueNode())
                    ? new NodeTuple(tuple.getKeyNode(), new TakenBack((ScalarNode) tuple.getValueNode()))
                    : tuple);
        }
        List<NodeTuple> all = new ArrayList<>(given.values());
        all.addAll(own);
        return all;
    }

    /// Returns the merged keys by name, in their order.
    private Map<String, NodeTuple> given(NodeTuple merge) {
        Node value = merge.getValueNode();
        List<Node> bases = value instanceof SequenceNode sequence ? sequence.getValue() : List.of(value);
        Map<String, NodeTuple> given = new LinkedHashMap<>();
        for (Node base : bases) {
            if (!(base instanceof MappingNode mapping)) {
                problems.add(merge.getKeyNode(),
                        "'<<' must name a mapping, or a list of mappings, such as <<: *common");
                return given;
            }
            for (NodeTuple tuple : mapping.getValue()) {
                String key = YamlValue.key(tuple);
                if (key != null) given.putIfAbsent(key, tuple);
            }
        }
        return given;
    }
}
