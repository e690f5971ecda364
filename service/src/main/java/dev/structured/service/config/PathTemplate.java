package dev.structured.service.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A path with variables: `${id}` is a parameter of the route's path, `${product.sku}` a field of another
/// part's value.
///
/// @param text as it stands in the file
/// @param pieces literals and variables, in order
public record PathTemplate(String text, List<Piece> pieces) {

    public PathTemplate { pieces = List.copyOf(pieces); }

    /// A stretch of the template.
    public sealed interface Piece {
        /// Returns the stretch as it stands in the template.
        String text();
    }

    /// Text that goes out as it stands: a legal, encoded stretch of a path.
    public record Literal(String text) implements Piece {}

    /// A parameter of the route's path.
    public record Parameter(String name) implements Piece {
        @Override
        public String text() {
            return "${" + name + "}";
        }
    }

    /// A field of another part's value.
    ///
    /// @param part the part's name
    /// @param fields the way to the field, outermost first; at least one
    public record Field(String part, List<String> fields) implements Piece {
        public Field { fields = List.copyOf(fields); }

        @Override
        public String text() {
            return "${" + part + "." + String.join(".", fields) + "}";
        }
    }

    /// Reads a template.
    ///
    /// @throws IllegalArgumentException if the text is none; the message says why
    public static PathTemplate parse(String text) {
        try {
            return TemplateParser.parse(text);
        } catch (Rejected e) {
            throw new IllegalArgumentException("Path template '" + text + "' " + e.complaint());
        }
    }

    /// Returns the names of the parts whose fields the template uses, in the order of their first use.
    public Set<String> parts() {
        Set<String> parts = new LinkedHashSet<>();
        for (Piece piece : pieces) {
            if (piece instanceof Field field) parts.add(field.part());
        }
        return parts;
    }
}
