package dev.structured.service.config;

import java.util.List;
import java.util.Set;

/// A path with variables: `${id}` is a parameter of the route's path, `${product.sku}` a field of another part's value.
///
/// @param text as it stands in the file
/// @param pieces literals and variables, in order
public record PathTemplate(String text, List<Piece> pieces) {

    /// A stretch of the template.
    public sealed interface Piece {}

    /// Text that goes out as it stands.
    public record Literal(String text) implements Piece {}

    /// A parameter of the route's path.
    public record Parameter(String name) implements Piece {}

    /// A field of another part's value.
    ///
    /// @param part the part's name
    /// @param fields the way to the field, outermost first; at least one
    public record Field(String part, List<String> fields) implements Piece {}

    /// Returns the names of the parts whose fields the template uses.
    public Set<String> parts() {
        throw new UnsupportedOperationException();
    }
}
