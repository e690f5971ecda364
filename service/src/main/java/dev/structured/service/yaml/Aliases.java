package dev.structured.service.yaml;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;

/// Follows the anchors and aliases of a text, event by event, before a tree is built.
///
/// A few lines of aliases can stand for gigabytes. So each alias counts as all the values that it stands for,
/// and as deep as they are nested.
final class Aliases {
    private final Budget budget;
    private final int deepest;
    private final Map<String, Anchored> anchors = new LinkedHashMap<>();
    private final Map<String, Event> unused = new LinkedHashMap<>();
    private final Deque<Open> open = new ArrayDeque<>();

    /// The number of values that aliases may still stand for, in all files of a configuration together.
    static final class Budget {
        /// The number to begin with.
        static final int MOST = 100_000;

        private int left = MOST;

        private boolean take(int values) {
            if (values > left) return false;
            left -= values;
            return true;
        }
    }

    /// What an anchor names: how many values, nested how deep.
    private record Anchored(int values, int height) {}

    /// A list or mapping whose end has not come yet.
    private static final class Open {
        private final @Nullable String anchor;
        private int values = 1;
        private int height = 1;

        Open(@Nullable String anchor) {
            this.anchor = anchor;
        }
    }

    /// @param deepest the deepest nesting that is allowed
    Aliases(Budget budget, int deepest) {
        this.budget = budget;
        this.deepest = deepest;
    }

    /// Looks at the next event; returns what is wrong with it, null if nothing is.
    @Nullable
    String look(Event event) {
        return switch (event) {
            case AliasEvent alias -> use(alias.getAlias().getValue());
            case ScalarEvent scalar -> {
                String wrong = define(scalar);
                scalar.getAnchor().ifPresent(anchor -> anchors.put(anchor.getValue(), new Anchored(1, 0)));
                add(1, 0);
                yield wrong;
            }
            case CollectionStartEvent start -> {
                open.push(new Open(anchor(start)));
                yield define(start);
            }
            case CollectionEndEvent _ -> {
                Open ended = open.pop();
                if (ended.anchor != null)
                    anchors.put(ended.anchor, new Anchored(ended.values, ended.height));
                add(ended.values, ended.height);
                yield null;
            }
            default -> null;
        };
    }

    /// Returns the anchors that no alias has named, with their events, in the order of the text.
    Map<String, Event> unused() {
        return Collections.unmodifiableMap(unused);
    }

    private @Nullable String define(NodeEvent event) {
        String anchor = anchor(event);
        if (anchor == null) return null;
        boolean again = anchors.containsKey(anchor) || isOpen(anchor);
        unused.put(anchor, event);
        return again
                ? "the anchor &" + anchor + " is there a second time; give each anchor a name of its own"
                : null;
    }

    private static @Nullable String anchor(NodeEvent event) {
        return event.getAnchor().map(Anchor::getValue).orElse(null);
    }

    private boolean isOpen(String anchor) {
        // The collection that has just begun is on top.
        return open.stream().skip(1).anyMatch(each -> anchor.equals(each.anchor));
    }

    private @Nullable String use(String anchor) {
        unused.remove(anchor);
        if (open.stream().anyMatch(each -> anchor.equals(each.anchor)))
            return "*" + anchor + " stands within what it names, which would never end; remove it";
        Anchored named = anchors.get(anchor);
        if (named == null) {
            return "*" + anchor + " names no anchor that comes before it; write &" + anchor
                    + " at the value that it stands for, in the same file"
                    + Suggestion.hint(anchor, anchors.keySet());
        }
        if (open.size() + named.height() > deepest)
            return "*" + anchor + " makes the file nested deeper than " + deepest
                    + " levels; no configuration needs that";
        if (!budget.take(named.values())) {
            return "*" + anchor + " is one alias too many: aliases stand for more than " + Budget.MOST
                    + " values, which no configuration needs";
        }
        add(named.values(), named.height());
        return null;
    }

    private void add(int values, int height) {
        Open around = open.peek();
        if (around == null) return;
        around.values = (int) Math.min(Integer.MAX_VALUE, (long) around.values + values);
        around.height = Math.max(around.height, height + 1);
    }
}
