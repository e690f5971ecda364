package dev.structured.service.yaml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Replaces `${env:NAME}`, `${env:NAME:-default}` and `${file:/path}` in values, before the values are read.
/// Keys are never interpolated.
final class Interpolation {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{((?i:env|file)):([^}]*)(\\}?)");
    private static final Pattern VARIABLE = Pattern.compile("([A-Za-z_][A-Za-z0-9_]{0,199})(?::-(.*))?",
            Pattern.DOTALL);

    private final Map<String, String> environment;
    private final Problems problems;
    private final ReadFiles read;
    private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    /// @param read is told of the files that are named
    Interpolation(Map<String, String> environment, Problems problems, ReadFiles read) {
        this.environment = environment;
        this.problems = problems;
        this.read = read;
    }

    /// Returns the node with everything interpolated. A node that aliases name is filled in once.
    Node fill(Node node) {
        if (node instanceof ScalarNode scalar) return fill(scalar);
        if (!seen.add(node)) return node;
        switch (node) {
            case MappingNode mapping -> {
                List<NodeTuple> filled = new ArrayList<>();
                for (NodeTuple tuple : mapping.getValue())
                    filled.add(new NodeTuple(tuple.getKeyNode(), fill(tuple.getValueNode())));
                mapping.setValue(filled);
            }
            case SequenceNode sequence -> sequence.getValue().replaceAll(this::fill);
            default -> throw new IllegalStateException("No such node: " + node);
        }
        return node;
    }

    private Node fill(ScalarNode scalar) {
        Matcher matcher = REFERENCE.matcher(scalar.getValue());
        if (!matcher.find()) return scalar;
        StringBuilder text = new StringBuilder();
        boolean secret = false;
        try {
            do {
                secret |= matcher.group(1).equals("file");
                matcher.appendReplacement(text, Matcher.quoteReplacement(value(matcher)));
            } while (matcher.find());
        } catch (InvalidValueException e) {
            problems.add(scalar, e.complaint());
            return FilledScalar.lost(scalar);
        }
        return FilledScalar.of(scalar, matcher.appendTail(text).toString(), secret);
    }

    private String value(Matcher matcher) throws InvalidValueException {
        String written = matcher.group();
        if (matcher.group(3).isEmpty())
            throw new InvalidValueException("'" + written + "' has no end; "
                    + "add '}'");
        String kind = matcher.group(1).toLowerCase(Locale.ROOT);
        if (!kind.equals(matcher.group(1)))
            throw new InvalidValueException(
                    "'" + written + "' must begin with ${" + kind + ": in small letters");
        if (kind.equals("env")) return variable(written, matcher.group(2));
        String secret = SecretFile.read(written, matcher.group(2), read);
        problems.conceal(secret);
        return secret;
    }

    private String variable(String written, String text) throws InvalidValueException {
        Matcher matcher = VARIABLE.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidValueException("'" + written + "' names no environment variable; write "
                    + "${env:NAME} or "
                    + "${env:NAME:-default}");
        }
        String name = matcher.group(1);
        String value = environment.get(name);
        String preset = matcher.group(2);
        if (preset != null) return value == null || value.isEmpty() ? preset : value;
        if (value != null) return value;
        throw new InvalidValueException(
                "the environment variable '" + name + "' is not set; set it, or write ${env:" + name
                        + ":-default}" + Suggestion.hint(name, environment.keySet()));
    }
}
