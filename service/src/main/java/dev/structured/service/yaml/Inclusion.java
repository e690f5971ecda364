package dev.structured.service.yaml;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Makes one tree of a file and of the files that it includes, with everything interpolated.
///
/// Lists on top are joined: those of the included files first. Mappings are united ([Union]). A key that
/// two files have is a mistake. An included file is below the folder of the file that includes it;
/// a link that leads elsewhere is refused. Keys on top that begin with `x-` hold values for anchors, and
/// are left out.
final class Inclusion {
    static final String INCLUDE = "include";
    private static final String EXTRA = "x-";
    private static final int MOST_FILES = 100;
    private static final int DEEPEST = 8;
    private static final int MOST_CHARACTERS = 4 << 20;

    private final Problems problems;
    private final ReadFiles read;
    private final Interpolation interpolation;
    private final Aliases.Budget aliases = new Aliases.Budget();
    /// The values of `include` by the files that they name.
    private final Map<Path, Node> included = new LinkedHashMap<>();
    /// The files that are being read, the innermost first.
    private final Deque<Source> open = new ArrayDeque<>();
    private int characters;

    Inclusion(Map<String, String> environment, Problems problems, ReadFiles read) {
        this.problems = problems;
        this.read = read;
        this.interpolation = new Interpolation(environment, problems, read);
    }

    /// A file that is being read.
    ///
    /// @param name the name that messages give it
    /// @param path its path without links; null for a text that is in no file
    private record Source(String name, @Nullable Path path) {}

    /// Returns the tree; null if there is no usable one, which is then reported.
    ///
    /// @param file the name that messages give the text; the file's own if there is one
    /// @param inFile true if the text is that of a file, which may include others
    @Nullable
    Node tree(String file, String text, boolean inFile) {
        read.first(text);
        characters = text.length();
        return tree(new Source(file, inFile ? real(Path.of(file)) : null), text);
    }

    private @Nullable Node tree(Source source, String text) {
        Node parsed = YamlText.parse(source.name, text, problems, aliases);
        if (parsed == null) return null;
        Node root = interpolation.fill(parsed);
        if (!(root instanceof MappingNode mapping)) return root;
        mapping.setValue(mapping.getValue().stream().filter(tuple -> !isExtra(tuple)).toList());
        YamlValue.Entry include = new YamlValue(Section.WHOLE, mapping, problems).peek(INCLUDE);
        if (include == null) return mapping;
        open.push(source);
        List<Node> parts = new ArrayList<>();
        for (Node name : names(include.value())) {
            Node part = include(source, name);
            if (part != null) parts.add(part);
        }
        open.pop();
        parts.add(mapping);
        mapping.setValue(new Union(problems).of(parts));
        return mapping;
    }

    private static List<Node> names(Node include) {
        return include instanceof SequenceNode list ? list.getValue() : List.of(include);
    }

    private @Nullable Node include(Source from, Node name) {
        try {
            // What is no text is reported when the key is read.
            if (!(name instanceof ScalarNode scalar) || !ScalarRule.isText(scalar)
                    || (scalar instanceof FilledScalar filled && (filled.isLost() || filled.isSecret())))
                return null;
            Path file = file(from, scalar.getValue());
            return include(from, scalar, file);
        } catch (InvalidValueException e) {
            problems.add(name, "'" + INCLUDE + "' " + e.complaint());
            return null;
        }
    }

    private @Nullable Node include(Source from, ScalarNode name, Path file) throws InvalidValueException {
        Path real = real(file);
        if (real == null) {
            read.asked(file, 1);
            throw new InvalidValueException("names '" + name.getValue() + "', but there is no file "
                    + file.toAbsolutePath() + "; create it, or correct the name");
        }
        requireBelow(from, name, real);
        requireOnce(name, real);
        included.put(real, name);
        if (included.size() > MOST_FILES)
            throw new InvalidValueException("names more than " + MOST_FILES + " files in all");
        if (open.size() > DEEPEST)
            throw new InvalidValueException("goes deeper than " + DEEPEST + " files within each other");
        String text = text(name, file);
        if (text == null) return null;
        characters += text.length();
        if (characters > MOST_CHARACTERS)
            throw new InvalidValueException("makes the configuration larger than 4 MiB in all");
        read.include(name.getValue(), file.toString(), text);
        Node tree = tree(new Source(file.toString(), real), text);
        if (tree == null || tree instanceof MappingNode) return tree;
        throw new InvalidValueException(
                "names '" + name.getValue()
                        + "', which is no mapping; write 'routes:' or another key above it");
    }

    private @Nullable String text(ScalarNode name, Path file) {
        try {
            return TextFile.text(file, read);
        } catch (ConfigException e) {
            for (Problem problem : e.problems()) {
                if (problem.line() == 0) {
                    problems.add(name,
                            "'" + INCLUDE + "' names '" + name.getValue() + "', which cannot be used: "
                                    + problem.message());
                } else {
                    problems.begin(file.toString());
                    problems.add(file.toString(), problem.line(), problem.column(), problem.message());
                }
            }
            return null;
        }
    }

    /// Returns the file that a name means, as seen from another file.
    private static Path file(Source from, String name) throws InvalidValueException {
        if (from.path == null)
            throw new InvalidValueException("needs a file that it counts from; this text is in none");
        try {
            Path path = Path.of(name);
            boolean leaves = path.isAbsolute() || path.getNameCount() == 0;
            for (Path step : path) leaves |= step.toString().equals("..");
            if (!leaves) return Path.of(from.name).resolveSibling(path).normalize();
        } catch (InvalidPathException e) {
            // Falls through: the same rule is broken.
        }
        throw new InvalidValueException(
                "names '" + name + "', but files are included from the folder of this file "
                        + "and below it only; write e.g. common/routes.yaml");
    }

    /// Checks that a link does not lead out of the folder of the file that includes it.
    private static void requireBelow(Source from, ScalarNode name, Path real) throws InvalidValueException {
        Path folder = real(Path.of(from.name).toAbsolutePath().getParent());
        if (folder != null && real.startsWith(folder)) return;
        throw new InvalidValueException("names '" + name.getValue() + "', a link to " + real
                + ", which is not below the folder of this file");
    }

    private void requireOnce(ScalarNode name, Path real) throws InvalidValueException {
        for (Source each : open) {
            if (!real.equals(each.path)) continue;
            throw new InvalidValueException(
                    "names '" + name.getValue() + "', which includes this file: " + circle(real)
                            + "; remove one of these");
        }
        Node before = included.get(real);
        if (before != null) {
            throw new InvalidValueException(
                    "names '" + name.getValue() + "' a second time; it is already included at "
                            + Problems.place(before, name) + "; remove one of them");
        }
    }

    /// Returns `a.yaml → b.yaml → a.yaml`.
    private String circle(Path real) {
        List<String> names = new ArrayList<>();
        String first = "";
        for (Source each : open) {
            names.addFirst(each.name);
            first = each.name;
            if (real.equals(each.path)) break;
        }
        names.add(first);
        return names.stream().collect(Collectors.joining(" → "));
    }

    /// Returns a path without links; null if nothing is there.
    private static @Nullable Path real(@Nullable Path path) {
        try {
            return path == null ? null : path.toRealPath();
        } catch (IOException e) {
            return null;
        }
    }

    private boolean isExtra(NodeTuple tuple) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key) || !key.getValue().startsWith(EXTRA))
            return false;
        if (!hasAnchor(tuple.getValueNode())) {
            problems.add(key,
                    "'" + key.getValue() + "' has no effect: keys with x- hold values for anchors, and "
                            + "there is none in it; write '" + key.getValue() + ": &name …', or remove it");
        }
        return true;
    }

    private static boolean hasAnchor(Node node) {
        if (node.getAnchor().isPresent()) return true;
        return switch (node) {
            case SequenceNode sequence -> sequence.getValue().stream().anyMatch(Inclusion::hasAnchor);
            case MappingNode mapping -> mapping.getValue().stream()
                    .anyMatch(tuple -> hasAnchor(tuple.getValueNode()));
            default -> false;
        };
    }
}
