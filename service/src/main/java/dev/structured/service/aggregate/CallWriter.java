package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.PathTemplate;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Writes the call of a part: fills values into its template, so that no value can change the shape of the
/// path.
///
/// Values are percent-encoded but for the unreserved characters, so each stays in its segment. Values with a
/// dot segment are refused: many servers decode a path and *then* resolve `.` and `..`, and `%2E` is a dot to
/// all of them, so there is no safe way to write such a value.
///
/// @param parameters the values of the route's parameters, decoded
/// @param query the client's query parameters, decoded
record CallWriter(Map<String, String> parameters, Map<String, List<String>> query) {
    /// Of the path, and of the query: both together fit the 8 KiB that servers commonly allow for a request's
    /// line.
    private static final int LONGEST = 4_000;
    /// Between slashes of either kind; what follows a `;` is a parameter to some servers, and ignored.
    private static final Pattern DOT_SEGMENT = Pattern.compile("(^|[/\\\\])\\.{1,2}($|[/\\\\;])");

    /// Returns the call that asks for a part.
    ///
    /// @param values what the parts that it needs came to, by name
    /// @throws UnusableValueException if a value is missing, or cannot be put in a path or a query
    Call write(PartConfig part, Map<String, JsonNode> values) throws UnusableValueException {
        return new Call("GET", path(part.path(), values) + query(part.query()), part.path().text());
    }

    private String path(PathTemplate template, Map<String, JsonNode> values) throws UnusableValueException {
        StringBuilder path = new StringBuilder();
        for (PathTemplate.Piece piece : template.pieces()) {
            path.append(switch (piece) {
                case PathTemplate.Literal literal -> literal.text();
                case PathTemplate.Parameter parameter -> inPath(value(parameter), piece);
                case PathTemplate.Field field -> inPath(value(field, values), piece);
            });
            if (path.length() > LONGEST) throw unusable(piece, "is too long for a path");
        }
        return path.toString();
    }

    private String value(PathTemplate.Parameter parameter) {
        String value = parameters.get(parameter.name());
        if (value != null) return value;
        throw new IllegalArgumentException("The value of the route's parameter '" + parameter.name()
                + "' was not given, only those of " + parameters.keySet());
    }

    private static String value(PathTemplate.Field field, Map<String, JsonNode> values)
            throws UnusableValueException {
        JsonNode node = values.getOrDefault(field.part(), MissingNode.getInstance());
        for (String name : field.fields()) node = node.path(name);
        if (node.isTextual() || node.isNumber() || node.isBoolean()) return node.asText();
        throw unusable(field, switch (node.getNodeType()) {
            case MISSING -> "is not there";
            case NULL -> "is null";
            case OBJECT -> "is an object";
            case ARRAY -> "is an array";
            default -> "is not text, a number or a boolean";
        });
    }

    private static String inPath(String value, PathTemplate.Piece from) throws UnusableValueException {
        if (value.isEmpty()) throw unusable(from, "is empty");
        if (DOT_SEGMENT.matcher(value).find()) {
            throw unusable(from, "has a dot segment ('.' or '..'), which no path may have");
        }
        try {
            return Percent.encode(value);
        } catch (CharacterCodingException e) {
            throw unusable(from, "is not Unicode text");
        }
    }

    private static UnusableValueException unusable(PathTemplate.Piece from, String why) {
        boolean sentByClient = !(from instanceof PathTemplate.Field);
        return new UnusableValueException(sentByClient ? ErrorType.BAD_PARAMETER : ErrorType.MISSING_VALUE,
                from.text() + " " + why);
    }

    /// Returns `?` and the parameters of these names, in the order of the names; nothing when the client sent
    /// none.
    private String query(List<String> names) throws UnusableValueException {
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            for (String value : query.getOrDefault(name, List.of())) {
                text.append(text.isEmpty() ? '?' : '&').append(parameter(name, value));
                if (text.length() > LONGEST) throw unusable(name, "is too long");
            }
        }
        return text.toString();
    }

    private static String parameter(String name, String value) throws UnusableValueException {
        try {
            return Percent.encode(name) + "=" + Percent.encode(value);
        } catch (CharacterCodingException e) {
            throw unusable(name, "is not Unicode text");
        }
    }

    private static UnusableValueException unusable(String name, String why) {
        return new UnusableValueException(ErrorType.BAD_PARAMETER, "query parameter '" + name + "' " + why);
    }
}
