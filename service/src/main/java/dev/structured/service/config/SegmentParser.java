package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Reads the segments of a route's path.
final class SegmentParser {
    private static final Pattern LITERAL = Pattern.compile("[A-Za-z0-9._~-]*");
    private static final Pattern PARAMETER = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
    private static final String HEX = "[0-9a-fA-F]";

    /// The patterns of types. What fits one can be read as that type, unless it is too long for a number.
    private static final Map<ParamConfig.Type, String> TYPES = Map.of(
            ParamConfig.Type.INTEGER, "-?[0-9]+",
            ParamConfig.Type.NUMBER, "-?[0-9]+(\\.[0-9]+)?",
            ParamConfig.Type.BOOLEAN, "true|false");
    private static final String UUID = HEX + "{8}(-" + HEX + "{4}){3}-" + HEX + "{12}";

    private SegmentParser() {}

    /// Splits a path at its slashes, but for those in braces, after its first one.
    static List<String> split(String path) {
        List<String> segments = new ArrayList<>();
        int start = 1;
        int depth = 0;
        for (int i = 1; i < path.length(); i++) {
            switch (path.charAt(i)) {
                case '\\' -> i += depth > 0 ? 1 : 0;
                case '{' -> depth++;
                case '}' -> depth--;
                case '/' -> {
                    if (depth > 0) continue;
                    segments.add(path.substring(start, i));
                    start = i + 1;
                }
                default -> {
                }
            }
        }
        segments.add(path.substring(start));
        return segments;
    }

    /// Reads one segment.
    ///
    /// @throws InvalidValueException if it is none; the offset is one of `text`
    static PathSegment parse(String text) throws InvalidValueException {
        if (text.isEmpty()) throw new InvalidValueException("has an empty segment; remove the extra '/'");
        if (text.equals(".") || text.equals("..")) {
            throw new InvalidValueException("has the dot segment '" + text + "'; write the path without it");
        }
        if (text.startsWith("${")) {
            throw new InvalidValueException("has '" + text
                    + "'; a parameter of a route is written {id}, without '$'");
        }
        if (LITERAL.matcher(text).matches()) return new PathSegment.Literal(text);
        int begin = text.indexOf('{');
        int end = begin < 0 ? -1 : closing(text, begin);
        if (end < 0 || !LITERAL.matcher(text.substring(0, begin)).matches()) throw none(text);
        if (text.indexOf('{', end) > 0) {
            throw new InvalidValueException("has two parameters in the segment '" + text
                    + "', of which either could have the same letters; write one parameter in a segment");
        }
        if (!LITERAL.matcher(text.substring(end + 1)).matches()) throw none(text);
        return parameter(text, begin, end);
    }

    /// Returns the place of the brace that ends what begins with a brace; negative if there is none.
    private static int closing(String text, int begin) {
        int depth = 0;
        for (int i = begin; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\\' -> i++;
                case '{' -> depth++;
                case '}' -> {
                    if (--depth == 0) return i;
                }
                default -> {
                }
            }
        }
        return -1;
    }

    private static PathSegment parameter(String text, int begin, int end) throws InvalidValueException {
        String inside = text.substring(begin + 1, end);
        int colon = inside.indexOf(':');
        String name = colon < 0 ? inside : inside.substring(0, colon);
        if (!PARAMETER.matcher(name).matches()) throw none(text);
        String before = text.substring(0, begin);
        String after = text.substring(end + 1);
        if (colon >= 0) {
            return ruled(text, before, name, inside.substring(colon + 1), after);
        }
        return before.isEmpty() && after.isEmpty()
                ? new PathSegment.Any(name)
                : new ShapedSegment(text, before, name, ParamConfig.Type.STRING, null, after);
    }

    private static PathSegment ruled(String text, String before, String name, String rule, String after)
            throws InvalidValueException {
        for (Map.Entry<ParamConfig.Type, String> type : TYPES.entrySet()) {
            if (type.getKey().label().equals(rule)) {
                return new ShapedSegment(text, before, name, type.getKey(), type.getValue(), after);
            }
        }
        int offset = before.length() + name.length() + 2;
        if (!rule.equals("uuid") && !rule.isEmpty() && PatternParser.isWord(rule)) {
            throw new InvalidValueException(offset, "has the unknown type '" + rule
                    + "' (types: boolean, integer, number, uuid; or a pattern such as [a-z]+; any text is {"
                    + name
                    + "})");
        }
        String pattern = rule.equals("uuid") ? UUID : rule;
        try {
            return new ShapedSegment(text, before, name, ParamConfig.Type.STRING, pattern, after);
        } catch (InvalidValueException e) {
            throw e.within(offset);
        }
    }

    private static InvalidValueException none(String text) {
        return new InvalidValueException("has the segment '" + text
                + "'; a segment is letters, digits, '.', '_', '~' and '-', or one parameter such as {id},"
                + " {id:integer} or {id}.json");
    }
}
