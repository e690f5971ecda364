package dev.structured.service.yaml;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;
import org.snakeyaml.engine.v2.nodes.Node;

/// Turns text into a tree of YAML nodes, refusing the parts of YAML that a configuration has no use for.
///
/// Those are: several documents, tags, deep nesting, and aliases that stand for more than a configuration can
/// be. They are found in the stream of events, before a tree is built, so that no tree is too deep for the
/// stack.
final class YamlText {
    private static final int DEEPEST = 20;

    private final String file;
    private final String text;
    private final Problems problems;
    private final LoadSettings settings;
    private final Aliases aliases;
    private int depth;
    private int documents;

    private YamlText(String file, String text, Problems problems, Aliases.Budget budget) {
        this.file = file;
        this.text = text;
        this.problems = problems;
        this.aliases = new Aliases(budget, DEEPEST);
        this.settings = LoadSettings.builder()
                .setLabel(file)
                .setMaxAliasesForCollections(Integer.MAX_VALUE)
                .setCodePointLimit(text.length() + 1)
                .setAllowNonScalarKeys(true)
                .build();
    }

    /// Returns the tree; null if there is no usable one, which is then reported.
    ///
    /// An alias appears in the tree as the node that it names, and the keys of merged mappings appear as
    /// those of the mapping that merges them. No node contains itself.
    ///
    /// @param file the name that messages give the text
    /// @param budget the number of values that its aliases may stand for
    static @Nullable Node parse(String file, String text, Problems problems, Aliases.Budget budget) {
        problems.begin(file);
        return new YamlText(file, text, problems, budget).parse();
    }

    private @Nullable Node parse() {
        try {
            return accepted() ? compose() : null;
        } catch (MarkedYamlEngineException e) {
            SyntaxMistake mistake = SyntaxMistake.of(e);
            problems.add(mistake.place(), "not valid YAML: " + mistake.message());
        } catch (ReaderException e) {
            addUnprintable(e);
        } catch (YamlVersionException e) {
            problems.add(file, 1, 1,
                    "not valid YAML: the file asks for another version of YAML; remove the %YAML line");
        } catch (YamlEngineException e) {
            problems.add(file, 1, 1, "not valid YAML: " + e.getMessage());
        }
        return null;
    }

    private @Nullable Node compose() {
        Optional<Node> root = new Compose(settings).composeString(text);
        if (root.isEmpty()) {
            problems.add(file, 1, 1, "the file is empty; it needs 'downstreams:' and 'routes:'");
            return null;
        }
        Merges.in(root.get(), problems);
        return root.get();
    }

    /// Checks the events one by one; returns false if reading cannot go on.
    private boolean accepted() {
        for (Event event : new Parse(settings).parseString(text)) {
            look(event);
            String wrong = aliases.look(event);
            if (wrong != null) return stop(event, wrong);
            if (documents > 1) {
                return stop(event,
                        "a second document begins here; a configuration is one document: remove the '---'");
            }
            if (depth > DEEPEST) {
                return stop(event, "nested deeper than " + DEEPEST + " levels; no configuration needs that");
            }
        }
        aliases.unused().forEach((anchor, event) -> problems.add(event.getStartMark(), "the anchor &" + anchor
                + " has no effect: no alias *" + anchor + " comes after it in this file; remove it"));
        return true;
    }

    private boolean stop(Event event, String message) {
        problems.add(event.getStartMark(), message);
        return false;
    }

    private void look(Event event) {
        switch (event) {
            case DocumentStartEvent start -> documents++;
            case CollectionEndEvent end -> depth--;
            case NodeEvent node -> checkNode(node);
            default -> {
            }
        }
    }

    private void checkNode(NodeEvent node) {
        if (tag(node).isPresent()) {
            problems.add(node.getStartMark(),
                    "tags (" + tag(node).get() + ") are not supported; remove the tag");
        }
        if (node instanceof CollectionStartEvent) depth++;
    }

    private static Optional<String> tag(NodeEvent node) {
        return switch (node) {
            case ScalarEvent scalar -> scalar.getTag();
            case CollectionStartEvent collection -> collection.getTag();
            default -> Optional.empty();
        };
    }

    private void addUnprintable(ReaderException e) {
        String before = text.substring(0, text.offsetByCodePoints(0, e.getPosition()));
        int lineStart = before.lastIndexOf('\n') + 1;
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        problems.add(file, line, 1 + before.codePointCount(lineStart, before.length()), String.format(
                Locale.ROOT,
                "not valid YAML: the character U+%04X is not allowed; in double quotes it can be an escape",
                e.getCodePoint()));
    }
}
