package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/// Text with variables, for a query parameter, a header, or a string in a body.
///
/// @param text the text in the file
/// @param pieces literals and variables, in order
public record TextTemplate(String text, List<Piece> pieces) {
    /// The type of texts with variables.
    public static final ScalarType<TextTemplate> TYPE = ScalarType.text(ScalarType.NOT_BLANK,
            TextTemplate::parse);

    /// The type of texts with variables that may be empty, and where a number or a boolean is a text too.
    static final ScalarType<TextTemplate> LOOSE = ScalarType.anything(TextTemplate::parse);

    public TextTemplate { pieces = List.copyOf(pieces); }

    /// A piece of a template.
    public sealed interface Piece permits Literal, Variable {
        /// Returns the piece as it is in the template.
        String text();
    }

    /// Text that is sent unchanged.
    public record Literal(String text) implements Piece {}

    /// Reads a template.
    static TextTemplate parse(String text) throws InvalidValueException {
        List<Piece> pieces = new ArrayList<>();
        Matcher matcher = Variable.WRITTEN.matcher(text);
        int position = 0;
        while (position < text.length()) {
            int dollar = text.indexOf("${", position);
            int end = dollar < 0 ? text.length() : dollar;
            if (end > position) pieces.add(new Literal(text.substring(position, end)));
            if (dollar >= 0) {
                if (!matcher.region(dollar, text.length()).lookingAt()) throw unreadable(dollar);
                pieces.add(Variable.of(matcher));
                end = matcher.end();
            }
            position = end;
        }
        return new TextTemplate(text, pieces);
    }

    static InvalidValueException unreadable(int offset) {
        return new InvalidValueException(offset, "has a variable that cannot be read; write ${id} for a "
                + "parameter, "
                + "${product.sku} for a field of part 'product'");
    }

    /// Returns the variable that is all of the text; null if there is more or none.
    public @Nullable Variable whole() {
        return pieces.size() == 1 && pieces.getFirst() instanceof Variable variable ? variable : null;
    }

    /// Returns the variables, in order.
    public List<Variable> variables() {
        return Variable.in(pieces);
    }
}
