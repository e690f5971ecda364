package dev.structured.service.aggregate;

import dev.structured.service.config.TextTemplate;
import dev.structured.service.config.Variable;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.regex.Pattern;

/// Fills values into the template of a path.
///
/// Values are percent-encoded except for the unreserved characters, so each stays within its segment. Values
/// with a dot segment are refused: many servers decode a path and *then* resolve `.` and `..`, and all of
/// them read `%2E` as a dot, so such a value cannot be written safely.
final class PathWriter {
    /// The limit of a path's length. With a query it fits the 8 KiB that servers commonly allow for a request
    /// line.
    private static final int LONGEST = 4_000;
    /// A dot segment between slashes of either kind. Some servers ignore a `;` and the text after it.
    private static final Pattern DOT_SEGMENT = Pattern.compile("(^|[/\\\\])\\.{1,2}($|[/\\\\;])");

    private PathWriter() {}

    /// Returns the path.
    ///
    /// @throws UnusableValueException if a value is missing, or not valid in a path
    static String write(List<TextTemplate.Piece> pieces, Bindings bindings) throws UnusableValueException {
        StringBuilder text = new StringBuilder();
        for (TextTemplate.Piece piece : pieces) {
            switch (piece) {
                case TextTemplate.Literal literal -> text.append(literal.text());
                case Variable variable -> {
                    text.append(encoded(variable, bindings));
                    if (text.length() > LONGEST) throw bindings.unusable(variable, "is too long for a path");
                }
            }
        }
        return text.toString();
    }

    private static String encoded(Variable variable, Bindings bindings) throws UnusableValueException {
        String value = bindings.text(variable);
        if (value.isEmpty()) throw bindings.unusable(variable, "is empty");
        if (DOT_SEGMENT.matcher(value).find()) {
            throw bindings.unusable(variable, "has a dot segment ('.' or '..'), which a path must not have");
        }
        try {
            return Percent.encode(value);
        } catch (CharacterCodingException e) {
            throw bindings.unusable(variable, "is not Unicode text");
        }
    }
}
