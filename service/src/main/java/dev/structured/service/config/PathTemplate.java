package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.util.List;

/// A path with variables. Literals are valid, encoded pieces of a path.
///
/// @param text the text in the file
/// @param pieces literals and variables, in order
public record PathTemplate(String text, List<TextTemplate.Piece> pieces) {
    /// The type of such paths.
    public static final ScalarType<PathTemplate> TYPE = ScalarType.text("/.*", PathTemplate::parse)
            .withPlaceholder(new PathTemplate("/", List.of(new TextTemplate.Literal("/"))))
            .withoutSecrets("paths are shown in metrics and tasks; send it in a header or in the query");

    public PathTemplate { pieces = List.copyOf(pieces); }

    /// Reads a template.
    ///
    /// @throws IllegalArgumentException if the text is not a template; the message says why
    public static PathTemplate of(String text) {
        try {
            return parse(text);
        } catch (InvalidValueException e) {
            throw new IllegalArgumentException("Path template '" + text + "' " + e.complaint());
        }
    }

    static PathTemplate parse(String text) throws InvalidValueException {
        return TemplateParser.parse(text);
    }

    /// Returns the variables, in order.
    public List<Variable> variables() {
        return Variable.in(pieces);
    }
}
