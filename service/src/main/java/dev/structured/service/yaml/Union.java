package dev.structured.service.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Unites the trees of several files: lists on top are joined, mappings on top are united key by key, and
/// so are the mappings in them, down to the keys of a downstream. Nothing replaces anything: a key that two
/// files have is reported.
final class Union {
    /// How many levels below the top mappings are united, rather than being a value as a whole.
    private static final int DEEPEST = 2;

    private final Problems problems;
    private final Map<String, NodeTuple> united = new LinkedHashMap<>();
    /// Keys that are no single words, and keys that one file has twice: the reader reports them.
    private final List<NodeTuple> others = new ArrayList<>();

    Union(Problems problems) {
        this.problems = problems;
    }

    /// Returns the keys of all files.
    ///
    /// @param files mappings; the last one is the file that includes the others, and its `include` is kept
    List<NodeTuple> of(List<Node> files) {
        Node including = files.getLast();
        for (Node file : files) {
            for (NodeTuple tuple : ((MappingNode) file).getValue()) {
                String key = YamlValue.key(tuple);
                boolean dropped = Inclusion.INCLUDE.equals(key) && file != including;
                if (key == null) others.add(tuple);
                else if (!dropped)
                    add(key, tuple);
            }
        }
        List<NodeTuple> all = new ArrayList<>(united.values());
        all.addAll(others);
        return all;
    }

    private void add(String key, NodeTuple tuple) {
        NodeTuple before = united.putIfAbsent(key, tuple);
        if (before == null) return;
        Node first = before.getValueNode();
        Node second = tuple.getValueNode();
        if (Problems.file(before.getKeyNode()).equals(Problems.file(tuple.getKeyNode()))) {
            others.add(tuple);
        } else if (first instanceof SequenceNode joined && second instanceof SequenceNode more) {
            List<Node> elements = new ArrayList<>(joined.getValue());
            elements.addAll(more.getValue());
            united.put(key,
                    new NodeTuple(before.getKeyNode(), new SequenceNode(joined.getTag(), true, elements,
                            joined.getFlowStyle(), joined.getStartMark(), joined.getEndMark())));
        } else if (first instanceof MappingNode mapping && second instanceof MappingNode more) {
            united.put(key,
                    new NodeTuple(before.getKeyNode(), unite("'" + key + "'", mapping, more, DEEPEST - 1)));
        } else {
            reportTwice("'" + key + "'", tuple.getKeyNode(), before.getKeyNode());
        }
    }

    /// @param levels how many further levels are united
    private MappingNode unite(String section, MappingNode first, MappingNode second, int levels) {
        List<NodeTuple> all = new ArrayList<>(first.getValue());
        Map<String, Integer> known = new HashMap<>();
        for (int i = 0; i < all.size(); i++) {
            String key = YamlValue.key(all.get(i));
            if (key != null) known.putIfAbsent(key, i);
        }
        for (NodeTuple tuple : second.getValue()) {
            String key = YamlValue.key(tuple);
            Integer place = key == null ? null : known.get(key);
            if (place == null) all.add(tuple);
            else
                all.set(place, united("'" + key + "' of " + section, all.get(place), tuple, levels));
        }
        return new MappingNode(first.getTag(), true, all, first.getFlowStyle(), first.getStartMark(),
                first.getEndMark());
    }

    private NodeTuple united(String what, NodeTuple before, NodeTuple again, int levels) {
        if (levels > 0 && before.getValueNode() instanceof MappingNode first
                && again.getValueNode() instanceof MappingNode second)
            return new NodeTuple(before.getKeyNode(), unite(what, first, second, levels - 1));
        reportTwice(what, again.getKeyNode(), before.getKeyNode());
        return before;
    }

    private void reportTwice(String what, Node again, Node before) {
        problems.add(again,
                what + " is there a second time; it is already at " + Problems.place(before, again)
                        + ", and no file replaces what another one says; remove one of them");
    }
}
